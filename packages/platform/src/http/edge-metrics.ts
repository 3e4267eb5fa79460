import type { MillraceError } from '@millrace/core'
import { Counter } from 'prom-client'
import type { MetricsRegistry } from '../metrics/registry.ts'

/** Metrics of what a server turns away. */
export class EdgeMetrics {
  readonly #refused: Counter

  constructor(metrics: MetricsRegistry) {
    this.#refused = new Counter({
      name: 'edge_requests_refused_total',
      help: 'Requests that were turned away before anything was done for them.',
      labelNames: ['reason'],
      registers: [metrics],
    })
    for (const reason of ['unauthenticated', 'forbidden', 'rate_limited']) this.#refused.inc({ reason }, 0)
  }

  refused({ code }: MillraceError): void {
    this.#refused.inc({ reason: code.toLowerCase() })
  }
}
