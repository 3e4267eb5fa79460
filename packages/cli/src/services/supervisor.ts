import { MillraceError } from '@millrace/core'
import type { Guard } from '@millrace/platform/local-stack'
import { readLogTail } from './log-tail.ts'
import { ServiceProcess, type ServiceSpec } from './service-process.ts'

export interface SupervisorOptions {
  readonly guard: Guard
  /** A service ended and was started again. */
  readonly onRestart: (message: string) => void
  /** A service ended for good. */
  readonly onFailure: (error: MillraceError) => void
}

/** Keeps one process of a service running: one that ends by itself is started again once. */
export class Supervisor {
  readonly spec: ServiceSpec
  readonly #options: SupervisorOptions
  #process: ServiceProcess
  #restarts = 0
  #stopping = false

  private constructor(spec: ServiceSpec, options: SupervisorOptions, process: ServiceProcess) {
    this.spec = spec
    this.#options = options
    this.#process = process
    void this.#watch()
  }

  static async start(spec: ServiceSpec, options: SupervisorOptions): Promise<Supervisor> {
    return new Supervisor(spec, options, await ServiceProcess.start(spec, options.guard))
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#process.stop()
  }

  async #watch(): Promise<void> {
    const reason = await this.#process.exited.catch(String)
    if (this.#stopping) return
    const { name, logFile } = this.spec
    const tail = (await readLogTail(logFile)).map(line => `\n  ${line}`).join('')
    const message = `${name} ended (${reason}); the end of its log, ${logFile}:${tail}`
    if (this.#restarts++ > 0) return this.#options.onFailure(new MillraceError('SERVICE_ENDED', message))
    this.#process = await ServiceProcess.start(this.spec, this.#options.guard)
    if (this.#stopping) return this.#process.stop()
    this.#options.onRestart(`${message}\n${name} is started again.`)
    return this.#watch()
  }
}
