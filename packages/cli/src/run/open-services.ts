import type { ClockDeclaration } from '@millrace/core'
import { type StackAddresses, startGuard } from '@millrace/platform/local-stack'
import type { StartOptions } from '../commands/start-options.ts'
import { logFolder } from '../paths.ts'
import { Fleet } from '../services/fleet.ts'
import { untilReady } from '../services/readiness.ts'
import type { Input } from '../source/input-event.ts'
import type { Cleanup } from './cleanup.ts'
import type { Ending } from './ending.ts'

export interface ServicesOptions {
  readonly options: Pick<StartOptions, 'pipelineFile' | 'builders'>
  readonly addresses: StackAddresses
  readonly clock: ClockDeclaration
  readonly input: Pick<Input, 'order'>
  readonly ending: Ending
  readonly print: (text: string) => void
}

/** Starts the services and waits until all are ready. They end with the run, in the order in which events flow. */
export async function openServices(
  cleanup: Cleanup,
  { options, addresses, clock, input, ending, print }: ServicesOptions,
): Promise<Fleet> {
  const guard = startGuard()
  cleanup.defer(() => guard.close())
  const fleet = await Fleet.start({
    addresses,
    clock,
    guard,
    pipelineFile: options.pipelineFile,
    builders: options.builders,
    order: input.order,
    logDir: logFolder(),
    onRestart: print,
    onFailure: error => ending.fail(error),
  })
  cleanup.defer(() => fleet.stop())
  await Promise.all(
    fleet.members.map(async ({ name, port }) => {
      const tell = (state: string): void => print(`${name.padEnd(19)}${state}`)
      await untilReady(port, reasons => tell(`waiting: ${reasons}`), ending.signal)
      tell(`ready http://127.0.0.1:${port}`)
    }),
  )
  return fleet
}
