import type { MillraceError } from '@millrace/core'
import { EDGE_METRICS } from '../metrics/catalogue/service.ts'
import { type Registered, registerMetrics } from '../metrics/register-metrics.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'

/** Metrics of what a server turns away. */
export class EdgeMetrics {
  readonly #metrics: Registered<typeof EDGE_METRICS>

  constructor(registry: MetricsRegistry) {
    this.#metrics = registerMetrics(registry, EDGE_METRICS)
  }

  refused({ code }: MillraceError): void {
    this.#metrics.refused.inc({ reason: code.toLowerCase() })
  }
}
