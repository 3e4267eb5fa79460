import { setTimeout as delay } from 'node:timers/promises'
import type { Ending } from './deployment.ts'
import type { ServiceProcess } from './service-process.ts'

/** How often a probe asks, and how long its answer takes to reach whoever sends requests (ms). */
const PROBE_MS = 200
const LAG_MS = 200

/**
 * The processes that requests are sent to, as a Service of Kubernetes knows them: those that were ready a moment ago and
 * are not to be ended.
 */
export class Endpoints {
  readonly #processes: ServiceProcess[] = []
  readonly #ending = new Set<ServiceProcess>()
  #known: readonly ServiceProcess[] = []
  #turn = 0
  #isOpen = true

  /** @param processes those that are ready already, and known to be */
  static open(t: Ending, processes: readonly ServiceProcess[]): Endpoints {
    const endpoints = new Endpoints()
    endpoints.#processes.push(...processes)
    endpoints.#known = processes
    const probes = endpoints.#probe()
    t.after(() => {
      endpoints.#isOpen = false
      return probes
    })
    return endpoints
  }

  add(process: ServiceProcess): void {
    this.#processes.push(process)
  }

  /** The process is to be ended: it gets no new connections, as soon as that has got round. */
  remove(process: ServiceProcess): void {
    this.#ending.add(process)
  }

  /** Where the next connection goes, in turn; undefined while nobody is ready. */
  next(): ServiceProcess | undefined {
    return this.#known[this.#turn++ % this.#known.length]
  }

  async #probe(): Promise<void> {
    while (this.#isOpen) {
      const asked = this.#processes.filter(process => process.running && !this.#ending.has(process))
      const answers = await Promise.all(asked.map(process => process.readiness()))
      const ready = asked.filter((_, i) => answers[i] === 200)
      setTimeout(() => {
        this.#known = ready
      }, LAG_MS).unref()
      await delay(PROBE_MS)
    }
  }
}
