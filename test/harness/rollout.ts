import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Deployment } from './deployment.ts'
import { ReadinessLog } from './readiness-log.ts'
import type { ServiceName, ServiceProcess } from './service-process.ts'

/** How long Kubernetes waits before it sends SIGTERM, so that its word has got round by then (ms). */
const PRE_STOP_MS = 1_000

export interface RolloutOptions {
  /** A process begins, and is ready later. */
  readonly onAdded: (process: ServiceProcess) => void
  /** A process is to be ended soon. */
  readonly onEnding: (process: ServiceProcess) => void
}

/** Replaces processes as a Deployment of Kubernetes does: one new, and when it is ready, one old less. */
export class Rollout {
  readonly #deployment: Deployment
  readonly #options: RolloutOptions
  readonly #logs = new Map<ServiceProcess, ReadinessLog>()
  /** How long processes took from SIGTERM to their end, by service (ms). */
  readonly drains = new Map<ServiceName, number[]>()

  constructor(deployment: Deployment, options: RolloutOptions) {
    this.#deployment = deployment
    this.#options = options
    for (const process of deployment.services) this.#watch(process)
  }

  /** Replaces every process of a service. */
  async restart(name: ServiceName): Promise<void> {
    const old = this.#deployment.services.filter(process => process.name === name && process.running)
    for (const process of old) {
      const [next] = await this.#deployment.launch(name)
      this.#watch(next!)
      this.#options.onAdded(next!)
      await next!.ready()
      await this.#end(process)
    }
  }

  /** Every process told the truth about its readiness, and those that were told to stop did all that was to be done. */
  async assertTrue(): Promise<void> {
    for (const log of this.#logs.values()) if (!log.process.running) await log.assertTrue()
  }

  /** From the start of a process until it was ready, by service, in the order of the starts (ms). */
  startsOf(name: ServiceName): readonly number[] {
    return [...this.#logs.values()].flatMap(({ process, startMs }) =>
      process.name === name && startMs !== undefined ? startMs : [],
    )
  }

  #watch(process: ServiceProcess): void {
    this.#logs.set(process, new ReadinessLog(process))
  }

  async #end(process: ServiceProcess): Promise<void> {
    this.#options.onEnding(process)
    await delay(PRE_STOP_MS)
    this.#logs.get(process)!.toldToStop()
    const since = performance.now()
    assert.equal(await process.stop(), 0, await process.logTail())
    const { name } = process
    this.drains.set(name, [...(this.drains.get(name) ?? []), performance.now() - since])
  }
}
