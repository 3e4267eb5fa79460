import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'

interface Ports {
  readonly grpc: number
  readonly rest: number
  readonly grpcEcho: number
  /** It also tells the CPU of the process. */
  readonly httpEcho: number
}

/** The servers of `server.ts` as one process, launched as services are. */
export class InferenceServer {
  readonly ports: Ports
  readonly stop: () => Promise<void>

  private constructor(ports: Ports, stop: () => Promise<void>) {
    this.ports = ports
    this.stop = stop
  }

  static async start(cpuProfiles: string | undefined): Promise<InferenceServer> {
    const profiling =
      cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(cpuProfiles, 'grpc')}`]
    if (cpuProfiles !== undefined) await mkdir(join(cpuProfiles, 'grpc'), { recursive: true })
    const child = spawn(
      process.execPath,
      [...SERVICE_LAUNCH.flags, ...profiling, join(import.meta.dirname, 'server.ts')],
      { env: { ...SERVICE_LAUNCH.env, ...process.env }, stdio: ['pipe', 'pipe', 'inherit'] },
    )
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    return new InferenceServer(JSON.parse(line), async () => {
      const exited = once(child, 'exit')
      child.stdin.end()
      await exited
    })
  }

  /** CPU of the server for each of `requests` requests of so many callers at once, in µs. */
  async cpuOf(send: () => Promise<void>, callers: number, requests: number): Promise<number> {
    const before = await this.#cpu()
    await sendAll(send, callers, requests)
    return ((await this.#cpu()) - before) / requests
  }

  async #cpu(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.ports.httpEcho}/cpu`)
    const { user, system } = (await response.json()) as { user: number; system: number }
    return user + system
  }
}

async function sendAll(send: () => Promise<void>, callers: number, requests: number): Promise<void> {
  let sent = 0
  const caller = async (): Promise<void> => {
    while (sent++ < requests) await send()
  }
  await Promise.all(Array.from({ length: callers }, caller))
}
