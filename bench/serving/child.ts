import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server in a process of its own, which prints its URL and ends with its stdin. */
export class ServerChild {
  readonly url: string
  readonly #end: () => Promise<void>

  private constructor(url: string, end: () => Promise<void>) {
    this.url = url
    this.#end = end
  }

  static async start(command: string, args: readonly string[], env = {}): Promise<ServerChild> {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const line = once(createInterface({ input: child.stdout }), 'line')
    const [url] = await Promise.race([line, exited.then(() => Promise.reject(new Error(`${command} ended`)))])
    return new ServerChild(url, async () => {
      child.stdin.end()
      await exited
    })
  }

  /** What the process has used since it started (µs). */
  async cpu(): Promise<number> {
    const { user, system } = (await (await fetch(`${this.url}/cpu`)).json()) as NodeJS.CpuUsage
    return user + system
  }

  /** By how much its event loop was late since the last call (ms). */
  async loop(): Promise<{ readonly p99: number; readonly max: number }> {
    return (await (await fetch(`${this.url}/loop`)).json()) as { p99: number; max: number }
  }

  stop(): Promise<void> {
    return this.#end()
  }
}
