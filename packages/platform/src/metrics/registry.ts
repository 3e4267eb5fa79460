import { collectDefaultMetrics, type OpenMetricsContentType, Registry } from 'prom-client'

/** A registry for OpenMetrics, since only such a one keeps exemplars; `exposeMetrics` writes either format. */
export type MetricsRegistry = Registry<OpenMetricsContentType>

export interface RegistryOptions {
  /** The value of the label `service` of every metric. */
  readonly service: string
}

/**
 * How often prom-client looks how late the event loop is (ms). Each look wakes the process: every 10 ms, its default, they
 * were most of what an idle service did.
 */
const EVENT_LOOP_LOOKS_MS = 50

/** Gauges that are named as counters are; the same figures by type stand beside them. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Creates the metrics registry of a service, with the process metrics in it. */
export function createRegistry({ service }: RegistryOptions): MetricsRegistry {
  const registry: MetricsRegistry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_LOOKS_MS })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  return registry
}
