import { HTTP_METRICS } from '../metrics/catalogue/service.ts'
import type { Tally } from '../metrics/histogram.ts'
import { type Registered, registerMetrics } from '../metrics/register-metrics.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import type { HttpApp } from './http-app.ts'

/** Metrics of every request that a server answers. */
export class HttpMetrics {
  readonly #metrics: Registered<typeof HTTP_METRICS>
  readonly #tallies = new Map<string, Tally>()

  constructor(registry: MetricsRegistry) {
    this.#metrics = registerMetrics(registry, HTTP_METRICS)
  }

  /** Counts the answers of an application, those of routes that are added later as well. */
  follow(app: HttpApp): void {
    app.addHook('onResponse', (request, reply, done) => {
      const { method, routeOptions } = request
      this.#tallyOf(method, routeOptions.url ?? 'unknown', reply.statusCode).observe(
        reply.elapsedTime / 1_000,
      )
      done()
    })
  }

  #tallyOf(method: string, route: string, statusCode: number): Tally {
    const status = `${Math.floor(statusCode / 100)}xx`
    const key = `${method} ${route} ${status}`
    let tally = this.#tallies.get(key)
    if (tally === undefined) {
      tally = this.#metrics.requests.of({ method, route, status })
      this.#tallies.set(key, tally)
    }
    return tally
  }
}
