import { formatClock, type Pipeline, parseClock } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import type { Kafka } from 'kafkajs'
import { daysOfHistory } from '../check/definition.ts'
import { readNumber, readOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { Cleanup } from '../run/cleanup.ts'
import { connectKafka } from '../run/connect-kafka.ts'
import { Ending, endOnSignals, INTERRUPTED } from '../run/ending.ts'
import { findAddresses } from '../run/find-addresses.ts'
import { type ClockFileOptions, keepClockFile } from '../simulate/clock-file.ts'
import { findProgress } from '../simulate/find-progress.ts'
import { runSimulation } from '../simulate/run-simulation.ts'
import { loadSimulator } from '../source/load-companion.ts'
import { SPARE_DAYS } from '../source/simulation-input.ts'
import { UsageError } from '../usage.ts'
import { readSimulation, SIMULATION_OPTIONS, type SimulationOptions } from './simulation-options.ts'

interface SimulationParts {
  readonly pipeline: Pipeline
  readonly kafka: Kafka
}

/** An hour a second, as in `dev`. */
const DEFAULT_SPEED = 3_600

/**
 * `millrace simulate`: streams a pipeline's simulation to services that run elsewhere, from where an earlier run of it
 * ended. Answers the exit code.
 */
export async function simulate(args: readonly string[]): Promise<number> {
  const given = readOptions(args, {
    ...SIMULATION_OPTIONS,
    events: { type: 'string' },
    pipeline: { type: 'string' },
    speed: { type: 'string' },
    'clock-file': { type: 'string' },
  })
  const clockFile = readText(given, 'clock-file')
  const speed = readNumber(given, 'speed', { min: 0.001, max: 1e9, whole: false })
  if (clockFile === undefined && speed !== undefined)
    throw new UsageError('--speed goes with --clock-file: the services say by CLOCK how fast time runs.')
  const simulation = readSimulation(given)
  const pipelineFile = readText(given, 'pipeline') ?? defaultPipelineFile()
  const pipeline = await loadDeclaration(pipelineFile)
  const historyDays = simulation.historyDays ?? daysOfHistory(pipeline) + SPARE_DAYS
  const { kafkaBrokers } = await findAddresses(process.env, ['kafkaBrokers'])
  const { kafka, admin } = await connectKafka(kafkaBrokers)
  try {
    const parts = { pipeline, kafka }
    if (clockFile !== undefined)
      await writeClock(clockFile, { ...parts, historyDays, speed: speed ?? DEFAULT_SPEED })
    else await stream({ ...simulation, historyDays }, { ...parts, pipelineFile })
  } finally {
    await admin.disconnect()
  }
  return 0
}

/** Says which clock services and a simulation that start now are to follow. */
async function writeClock(
  file: string,
  { kafka, pipeline, ...options }: Pick<ClockFileOptions, 'historyDays' | 'speed'> & SimulationParts,
): Promise<void> {
  const progress = await findProgress(kafka, pipeline)
  const clock = await keepClockFile(file, { ...options, progress, nowMs: Date.now() })
  console.log(`CLOCK=${formatClock(clock)}`)
}

/** Until the simulation ends, or somebody wants it to. */
async function stream(
  simulation: SimulationOptions & { readonly historyDays: number },
  context: SimulationParts & { readonly pipelineFile: string },
): Promise<void> {
  const clock = parseClock(process.env['CLOCK'] || 'wall')
  const simulator = await loadSimulator(context.pipelineFile)
  const [ending, cleanup] = [new Ending(), new Cleanup()]
  endOnSignals(ending, () => {})
  try {
    await runSimulation({ ...context, simulation, simulator, clock, ending, cleanup, print: console.log })
  } catch (error) {
    if (error !== INTERRUPTED) throw error
  } finally {
    await cleanup.run()
  }
}
