import { loadPipeline } from '@millrace/platform'
import { logFolder } from '../paths.ts'
import { Accounting } from '../run/accounting.ts'
import { checkServing } from '../run/check-serving.ts'
import { Cleanup } from '../run/cleanup.ts'
import { connectKafka } from '../run/connect-kafka.ts'
import { deploy } from '../run/deploy.ts'
import { Ending, endOnSignals, INTERRUPTED } from '../run/ending.ts'
import { invitation } from '../run/invitation.ts'
import { LiveView } from '../run/live-view.ts'
import { openServices } from '../run/open-services.ts'
import { openStack } from '../run/open-stack.ts'
import { planInput } from '../run/plan-input.ts'
import { setRunClock } from '../run/run-clock.ts'
import { awaitOutcomes, type StreamOptions, streamInput } from '../run/stream-input.ts'
import type { VectorFile } from '../vectors/vector-file.ts'
import { createDisplay, type Display } from '../view/display.ts'
import { summaryLines } from '../view/summary.ts'
import { createReaders } from '../watch/readers.ts'
import { Watcher } from '../watch/watcher.ts'
import { readStartOptions, type StartOptions } from './start-options.ts'

interface RunContext {
  readonly display: Display
  readonly ending: Ending
  readonly cleanup: Cleanup
}

/** `millrace start`: everything on this machine, until the input ends or the user wants it. Answers the exit code. */
export async function start(args: readonly string[]): Promise<number> {
  const options = readStartOptions(args)
  const display = createDisplay(process.stdout)
  const context: RunContext = { display, ending: new Ending(), cleanup: new Cleanup() }
  endOnSignals(context.ending, () => display.end())
  try {
    await run(options, context)
  } catch (error) {
    if (error !== INTERRUPTED) throw error
  } finally {
    if (!context.cleanup.isEmpty) display.print('Stopping …')
    await context.cleanup.run()
  }
  return 0
}

async function run(options: StartOptions, context: RunContext): Promise<void> {
  const { display, ending, cleanup } = context
  const print = (text: string): void => display.print(text)
  const pipeline = await loadPipeline(options.pipelineFile)
  const { input, openVectors } = await ending.unlessEnded(planInput(pipeline, options))
  for (const remark of input.remarks) print(remark)
  const vectors = await openVectors?.()
  const addresses = await ending.unlessEnded(openStack(cleanup, { keep: options.keep, print }))
  await ending.unlessEnded(checkServing(addresses.redisUrl, pipeline))
  const { kafka, admin } = await ending.unlessEnded(connectKafka(addresses.kafkaBrokers))
  cleanup.defer(() => admin.disconnect())
  const deployment = await deploy({ admin, addresses, pipeline, partitions: options.partitions, print })
  const clock = setRunClock(input.clock, Date.now())
  const { declaration } = clock
  const fleet = await ending.unlessEnded(
    openServices(cleanup, { options, addresses, clock: declaration, input, ending, print }),
  )
  const accounting = new Accounting({ pipeline, input, clock, vectors })
  const readers = createReaders(pipeline, accounting)
  const watcher = await ending.unlessEnded(Watcher.start({ kafka, admin, readers }))
  cleanup.defer(() => watcher.stop())
  print(invitation(fleet, pipeline.scored, input.example))
  const view = new LiveView({ pipeline, input, clock, accounting, members: fleet.members, display })
  const { partitions } = deployment
  const stream = { kafka, pipeline, partitions, input, clock, accounting, signal: ending.signal }
  await streamAndConclude(stream, view, vectors, context)
}

/** Shows the summary however the stream ends. */
async function streamAndConclude(
  stream: StreamOptions,
  view: LiveView,
  vectors: VectorFile | undefined,
  { display, ending, cleanup }: RunContext,
): Promise<void> {
  const { accounting, input } = stream
  try {
    await ending.unlessEnded(streamInput(cleanup, stream))
    view.finishing()
    await ending.unlessEnded(awaitOutcomes(accounting, ending.signal))
  } finally {
    view.stop()
    await vectors?.close()
    const totals = accounting.snapshot()
    const { elapsedMs } = accounting
    const { hasLabels } = input
    const lines = summaryLines({ totals, hasLabels, elapsedMs, logDir: logFolder(), vectors })
    display.print(lines.join('\n'))
  }
}
