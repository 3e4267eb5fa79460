import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { freePorts } from '@millrace/platform/local-stack'

export const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor'] as const
export type ServiceName = (typeof SERVICES)[number]

const READY_WITHIN_MS = 120_000

/** What a process answers at `/readyz`; `none` while nobody listens. */
export type ReadinessAnswer = 200 | 503 | 'none'

/** A service as its own process, as it is shipped. */
export class ServiceProcess {
  readonly name: ServiceName
  readonly url: string
  readonly logFile: string
  /** By `performance.now()` (ms). */
  startedAt = 0
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess

  private constructor(name: ServiceName, port: number, env: NodeJS.ProcessEnv, logFile: string) {
    this.name = name
    this.url = `http://127.0.0.1:${port}`
    this.logFile = logFile
    this.#env = { ...SERVICE_LAUNCH.env, ...process.env, ...env, HTTP_PORT: String(port) }
    this.#child = this.#spawn()
  }

  /** Starts a service, on a free port unless one is given; `logDir` gets what it prints. */
  static async start(
    name: ServiceName,
    env: NodeJS.ProcessEnv,
    logDir: string,
    givenPort?: number,
  ): Promise<ServiceProcess> {
    const port = givenPort ?? (await freePorts(1))[0]!
    await mkdir(logDir, { recursive: true })
    return new ServiceProcess(name, port, env, join(logDir, `${name}-${port}.log`))
  }

  get pid(): number {
    return this.#child.pid!
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when the service answers that it is ready. */
  async ready(): Promise<this> {
    const deadline = Date.now() + READY_WITHIN_MS
    while (Date.now() < deadline) {
      if ((await this.readiness()) === 200) return this
      if (!this.running) break
      await delay(100)
    }
    throw new Error(`${this.name} is not ready:\n${await this.logTail()}`)
  }

  async readiness(): Promise<ReadinessAnswer> {
    const response = await fetch(`${this.url}/readyz`).catch(() => undefined)
    await response?.text()
    return response === undefined ? 'none' : (response.status as 200 | 503)
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    if (!this.running) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }

  /** Asks it to stop and answers its exit code. */
  async stop(): Promise<number | null> {
    if (this.running) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGCONT')
      this.#child.kill('SIGTERM')
      await exited
    }
    return this.#child.exitCode
  }

  /** Resolves with the exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    const deadline = Date.now() + READY_WITHIN_MS
    while (this.running && Date.now() < deadline) await delay(100)
    return this.#child.exitCode
  }

  /** Starts it again after it ended. */
  restart(): void {
    this.#child = this.#spawn()
  }

  async logTail(): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '')
    return text.split('\n').slice(-15).join('\n')
  }

  #spawn(): ChildProcess {
    const main = resolve(import.meta.dirname, `../../services/${this.name}/src/main.ts`)
    this.startedAt = performance.now()
    const child = spawn(process.execPath, [...SERVICE_LAUNCH.flags, main], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const log = createWriteStream(this.logFile, { flags: 'a' })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    return child
  }
}
