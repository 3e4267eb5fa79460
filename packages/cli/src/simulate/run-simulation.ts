import { type ClockDeclaration, days, MillraceError, type Pipeline } from '@millrace/core'
import { TopicReader } from '@millrace/platform'
import type { Kafka } from 'kafkajs'
import type { SimulationOptions } from '../commands/simulation-options.ts'
import { Accounting } from '../run/accounting.ts'
import type { Cleanup } from '../run/cleanup.ts'
import type { Ending } from '../run/ending.ts'
import { runClock } from '../run/run-clock.ts'
import { awaitOutcomes, streamInput } from '../run/stream-input.ts'
import { type Input, type InputEvent, takeCounted } from '../source/input-event.ts'
import type { Simulator } from '../source/load-companion.ts'
import { simulatedEvents } from '../source/simulation-input.ts'
import { createReaders } from '../watch/readers.ts'
import { Watcher } from '../watch/watcher.ts'
import { findProgress, type Progress } from './find-progress.ts'
import { reportSimulation } from './report.ts'
import { simulationStart } from './simulation-clock.ts'
import type { SimulationIdentity } from './simulation-mark.ts'
import { unsentEvents } from './unsent-events.ts'

export interface SimulationRun {
  readonly kafka: Kafka
  readonly pipeline: Pipeline
  readonly simulator: Simulator
  readonly simulation: SimulationOptions & { readonly historyDays: number }
  /** That of the services. */
  readonly clock: ClockDeclaration
  readonly ending: Ending
  readonly cleanup: Cleanup
  readonly print: (line: string) => void
}

/** Sends all events that no earlier run has sent, when their time has come, and waits for what becomes of the last ones. */
export async function runSimulation(run: SimulationRun): Promise<void> {
  const { kafka, pipeline, ending, cleanup } = run
  const progress = await ending.unlessEnded(findProgress(kafka, pipeline))
  const identity = identityOf(run, progress)
  const partitions = await rawPartitions(kafka, pipeline)
  const input = simulationOf(run, identity, progress, partitions)
  const clock = runClock(run.clock)
  const accounting = new Accounting({ pipeline, input, clock, vectors: undefined })
  await watch(run, accounting)
  reportSimulation({ accounting, progress, cleanup, print: run.print })
  const { signal } = ending
  await ending.unlessEnded(
    streamInput(cleanup, { kafka, pipeline, partitions, input, clock, accounting, signal }),
  )
  await ending.unlessEnded(awaitOutcomes(accounting, signal))
}

/** Which simulation it is. Throws INPUT_INVALID when the topics hold another one. */
function identityOf(
  { simulation, clock }: SimulationRun,
  progress: Progress | undefined,
): SimulationIdentity {
  const { seed, customers, terminals, historyDays } = simulation
  const start = progress?.identity.start ?? simulationStart(clock, historyDays, Date.now())
  const identity = { seed, customers, terminals, start }
  const other = (['seed', 'customers', 'terminals'] as const).find(
    name => progress !== undefined && progress.identity[name] !== identity[name],
  )
  if (other === undefined) return identity
  throw new MillraceError(
    'INPUT_INVALID',
    `The raw topics hold a simulation with --${other} ${progress!.identity[other]}, which one with ${identity[other]} cannot continue: give that, or begin with fresh topics.`,
  )
}

async function rawPartitions(kafka: Kafka, pipeline: Pipeline): Promise<ReadonlyMap<string, number>> {
  const topicReader = new TopicReader(kafka)
  await topicReader.connect()
  try {
    return await topicReader.partitionCounts(pipeline.events.map(({ topic }) => topic))
  } finally {
    await topicReader.close()
  }
}

function simulationOf(
  { pipeline, simulator, simulation }: SimulationRun,
  identity: SimulationIdentity,
  progress: Progress | undefined,
  partitions: ReadonlyMap<string, number>,
): Pick<Input, 'events' | 'order' | 'historyEnd' | 'hasLabels'> {
  const historyEnd = identity.start + days(simulation.historyDays)
  const { events: count, drift } = simulation
  const all = (): Iterable<InputEvent> => simulatedEvents(pipeline, simulator, { ...identity, drift })
  const counted = (): AsyncIterable<InputEvent> | Iterable<InputEvent> =>
    count === undefined ? all() : takeCounted(all(), { type: pipeline.scored, from: historyEnd, count })
  return {
    events: () => unsentEvents(counted(), { identity, last: progress?.last ?? new Map(), partitions }),
    order: 'arrival',
    historyEnd,
    hasLabels: pipeline.outcome !== undefined,
  }
}

async function watch({ kafka, pipeline, cleanup }: SimulationRun, accounting: Accounting): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  cleanup.defer(() => admin.disconnect())
  const watcher = await Watcher.start({ kafka, admin, readers: createReaders(pipeline, accounting) })
  cleanup.defer(() => watcher.stop())
}
