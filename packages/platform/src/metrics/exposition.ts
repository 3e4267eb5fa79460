import { Registry, type RegistryContentType } from 'prom-client'
import type { MetricsRegistry } from './registry.ts'

/** The metrics of a registry as a scraper reads them. */
export interface Exposition {
  readonly contentType: string
  readonly body: string
}

/** Writes the metrics in OpenMetrics if `accept` asks for it, else in the Prometheus text format. */
export async function exposeMetrics(registry: MetricsRegistry, accept = ''): Promise<Exposition> {
  const contentType = accept.includes('application/openmetrics-text')
    ? Registry.OPENMETRICS_CONTENT_TYPE
    : Registry.PROMETHEUS_CONTENT_TYPE
  return { contentType, body: await viewOf(registry, contentType).metrics() }
}

/**
 * prom-client keeps the format in the registry and, writing OpenMetrics, cuts `_total` off the counters' names for
 * good. So what it writes is a view that inherits from the registry, of metrics that inherit from the registered ones.
 */
function viewOf(registry: MetricsRegistry, contentType: RegistryContentType): Registry<RegistryContentType> {
  const view: Registry<RegistryContentType> = Object.create(registry)
  view.getMetricsAsArray = () => registry.getMetricsAsArray().map(metric => Object.create(metric))
  view.setContentType(contentType)
  return view
}
