import type { StateStore } from '@millrace/core'
import type { StateReader } from '../online/state-reader.ts'
import { STORE_METRICS } from './catalogue/service.ts'
import { type Registered, registerMetrics } from './register-metrics.ts'
import type { MetricsRegistry } from './registry.ts'

type Operation = Exclude<keyof StateStore, 'putIfAbsent'> | 'put_if_absent' | 'lookup'

/** Metrics of the feature store, of all who use it in one process. */
export class StoreMetrics {
  readonly #metrics: Registered<typeof STORE_METRICS>

  constructor(registry: MetricsRegistry) {
    this.#metrics = registerMetrics(registry, STORE_METRICS)
  }

  /** The same store, with its operations timed. */
  measuredStore(store: StateStore): StateStore {
    return {
      load: partition => this.#timed('load', () => store.load(partition)),
      read: (...args) => this.#timed('read', () => store.read(...args)),
      putIfAbsent: (...args) => this.#timed('put_if_absent', () => store.putIfAbsent(...args)),
      write: (...args) => this.#timed('write', () => store.write(...args)),
      pairs: partitions => this.#timed('pairs', () => store.pairs(partitions)),
      watermarks: (...args) => this.#timed('watermarks', () => store.watermarks(...args)),
    }
  }

  /** The same reader, with its reads timed. */
  measuredReader(reader: StateReader): StateReader {
    return { read: requests => this.#timed('lookup', () => reader.read(requests)) }
  }

  async #timed<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      const answer = await work()
      this.#took(operation, answer === 'refused' ? 'refused' : 'ok', start)
      return answer
    } catch (error) {
      this.#took(operation, 'error', start)
      this.#metrics.errors.inc({ operation })
      throw error
    }
  }

  #took(operation: Operation, outcome: string, start: number): void {
    this.#metrics.operations.of({ operation, outcome }).observe((performance.now() - start) / 1_000)
  }
}
