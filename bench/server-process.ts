import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'

/** Requests that are under way at the same time. */
export const CONNECTIONS = 8

export interface ServerOptions {
  /** The program: it prints its address, answers its CPU time at `/cpu`, and ends with its standard input. */
  readonly program: string
  /** For the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Where it writes a CPU profile when it stops. */
  readonly cpuProfiles?: string | undefined
  /** What every request brings. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A server as its own process, launched as services are, and a client of it. */
export class BenchServer {
  readonly #url: string
  readonly #headers: ServerOptions['headers']
  readonly #stop: () => Promise<void>
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

  private constructor(url: string, headers: ServerOptions['headers'], stop: () => Promise<void>) {
    this.#url = url
    this.#headers = headers
    this.#stop = stop
  }

  static async start({ program, env, cpuProfiles, headers }: ServerOptions): Promise<BenchServer> {
    const profiling =
      cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(cpuProfiles)}`]
    if (cpuProfiles !== undefined) await mkdir(cpuProfiles, { recursive: true })
    const child = spawn(process.execPath, [...SERVICE_LAUNCH.flags, ...profiling, program], {
      env: { ...SERVICE_LAUNCH.env, ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const [url] = await once(createInterface({ input: child.stdout }), 'line')
    return new BenchServer(url, headers, async () => {
      const exited = once(child, 'exit')
      child.stdin.end()
      await exited
    })
  }

  /** Sends a request and answers the text of the response. */
  async ask(method: string, path: string, body?: string): Promise<string> {
    const call = request(`${this.#url}${path}`, { method, agent: this.#agent, headers: { ...this.#headers } })
    call.end(body)
    const [response] = await once(call, 'response')
    const answer = await text(response)
    if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}: ${answer}`)
    return answer
  }

  /**
   * CPU of the server for each of `requests` requests, in µs.
   * @param before how many others are sent first, since code that is new is slow
   */
  async cpuOf(
    path: string,
    requests: number,
    bodyOf: (i: number) => string,
    before = Math.ceil(requests / 4),
  ): Promise<number> {
    await this.#send(path, before, bodyOf)
    const start = await this.#cpu()
    await this.#send(path, requests, bodyOf)
    return ((await this.#cpu()) - start) / requests
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    await this.#stop()
  }

  async #send(path: string, requests: number, bodyOf: (i: number) => string): Promise<void> {
    let sent = 0
    const client = async (): Promise<void> => {
      while (sent < requests) await this.ask('POST', path, bodyOf(sent++))
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, client))
  }

  async #cpu(): Promise<number> {
    const { user, system } = JSON.parse(await this.ask('GET', '/cpu'))
    return user + system
  }
}
