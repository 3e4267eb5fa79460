import type { ServiceProcess } from '../test/harness/service-process.ts'
import { type Reading, readService } from './reading.ts'

/** So seldom, because to be read costs the service. */
const READING_INTERVAL_MS = 2_000

/** What a service used for the second half of its records. */
export interface WarmUsage {
  readonly cpuSeconds: number
  /** About a half: the part of its records that were read meanwhile. */
  readonly share: number
}

/**
 * Measures what a service takes for a backlog once it is warm. What the first seconds cost in compiling is the same
 * however long it runs.
 */
export class WarmMeter {
  readonly #service: ServiceProcess
  readonly #readings: Promise<Reading>[] = []
  readonly #reading: NodeJS.Timeout

  constructor(service: ServiceProcess) {
    this.#service = service
    this.#reading = setInterval(() => this.#readings.push(readService(service)), READING_INTERVAL_MS)
    this.#readings.push(readService(service))
  }

  /** To be called when the backlog is handled. */
  async stop(): Promise<WarmUsage> {
    clearInterval(this.#reading)
    const last = await readService(this.#service)
    const readings = await Promise.all(this.#readings)
    const middle = readings.findLast(({ records }) => records <= last.records / 2) ?? readings[0]!
    return {
      cpuSeconds: last.cpuSeconds - middle.cpuSeconds,
      share: (last.records - middle.records) / last.records,
    }
  }
}
