import { startGuard, startLocalStack } from '@millrace/platform/local-stack'
import { DevLoop } from '../dev/dev-loop.ts'
import { Cleanup } from '../run/cleanup.ts'
import { Ending, endOnSignals, INTERRUPTED } from '../run/ending.ts'
import { describeProgress } from '../run/open-stack.ts'
import { type DevOptions, readDevOptions } from './dev-options.ts'

/** `millrace dev`: runs a pipeline on a stack of its own until the user ends it, anew at each change. Answers the exit code. */
export async function dev(args: readonly string[]): Promise<number> {
  const options = readDevOptions(args)
  const ending = new Ending()
  const cleanup = new Cleanup()
  endOnSignals(ending, () => {})
  try {
    await runLoop(options, ending, cleanup)
  } catch (error) {
    if (error !== INTERRUPTED) throw error
  } finally {
    await cleanup.run()
  }
  return 0
}

const ADDRESSES = ['KAFKA_BROKERS', 'REDIS_URL', 'SCHEMA_REGISTRY_URL']

async function runLoop(options: DevOptions, ending: Ending, cleanup: Cleanup): Promise<void> {
  const print = (text: string): void => console.log(text)
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ADDRESSES.includes(name)))
  const given = ADDRESSES.filter(name => process.env[name])
  if (given.length > 0) {
    print(
      `${given.join(' and ')} not used: dev empties its topics at each change, so it takes a stack of its own.`,
    )
  }
  const stack = await ending.unlessEnded(
    startLocalStack({ env, onProgress: progress => print(describeProgress(progress)) }),
  )
  cleanup.defer(() => stack.stop())
  const guard = startGuard()
  cleanup.defer(() => guard.close())
  const { addresses } = stack
  await new DevLoop({ ...options, addresses, guard, print, signal: ending.signal }).run()
}
