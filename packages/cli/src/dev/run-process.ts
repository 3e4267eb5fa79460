import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Guard, StackAddresses } from '@millrace/platform/local-stack'

const MAIN = fileURLToPath(new URL(`../main${extname(import.meta.filename)}`, import.meta.url))

/** One `millrace start` on a given stack, as a process: it loads everything anew. */
export class RunProcess {
  /** Resolves with the exit code; 1 when a signal ended it. */
  readonly ended: Promise<number>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, guard: Guard) {
    this.#child = child
    const { pid } = child
    if (pid !== undefined) guard.watch(pid)
    this.ended = once(child, 'exit').then(([code]) => {
      if (pid !== undefined) guard.unwatch(pid)
      return code ?? 1
    })
  }

  static start(args: readonly string[], addresses: StackAddresses, guard: Guard): RunProcess {
    const child = spawn(process.execPath, [MAIN, 'start', ...args], {
      // A group of its own: Ctrl-C is for this process, which ends the run.
      detached: true,
      env: {
        ...process.env,
        KAFKA_BROKERS: addresses.kafkaBrokers,
        REDIS_URL: addresses.redisUrl,
        SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    return new RunProcess(child, guard)
  }

  /** Asks it to end in order, and resolves when it has gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.ended.catch(() => {})
  }
}
