import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { HostEvent } from '@millrace/inference'
import type { FromServer, ToServer } from './messages.ts'

/** The server process of a test. */
export class ModelServer {
  readonly port: number
  readonly events: HostEvent[] = []
  readonly #child: ChildProcess
  #waiting: ((message: FromServer) => void)[] = []

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
    child.on('message', (message: FromServer) => {
      if ('event' in message) this.events.push(message.event)
      else this.#waiting.shift()?.(message)
    })
  }

  static async start(t: TestContext): Promise<ModelServer> {
    const child = fork(join(import.meta.dirname, 'server-process.ts'), { execArgv: ['--expose-gc'] })
    t.after(async () => {
      if (child.exitCode !== null) return
      child.send({ do: 'end' } satisfies ToServer)
      await once(child, 'exit')
    })
    for (;;) {
      const [message] = (await once(child, 'message')) as [FromServer]
      if ('port' in message) return new ModelServer(child, message.port)
    }
  }

  /** Resolves when the version has the champion's place, or was refused it. */
  async promote(version: number): Promise<void> {
    await this.#ask({ do: 'promote', version: String(version) })
  }

  /** Resident memory after a garbage collection, in bytes. */
  async memory(): Promise<number> {
    const answer = await this.#ask({ do: 'memory' })
    return 'rss' in answer ? answer.rss : Number.NaN
  }

  #ask(message: ToServer): Promise<FromServer> {
    const { promise, resolve } = Promise.withResolvers<FromServer>()
    this.#waiting.push(resolve)
    this.#child.send(message)
    return promise
  }
}
