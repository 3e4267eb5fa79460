import type { MetricGroup } from '../declaration.ts'
import { CONSUMER_METRICS } from './consumer.ts'
import { DECISION_METRICS } from './decisions.ts'
import { DRIFT_METRICS } from './drift.ts'
import { FEATURE_METRICS, VECTOR_METRICS } from './features.ts'
import { INFERENCE_METRICS } from './inference.ts'
import { INGEST_METRICS } from './ingestor.ts'
import { EDGE_METRICS, HTTP_METRICS, PIPELINE_METRICS, SERVICE_METRICS, STORE_METRICS } from './service.ts'
import { STAGE_METRICS, STATE_CACHE_METRICS } from './stages.ts'

export const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor', 'serve'] as const

/** A service, or `millrace serve` of models alone. */
export type ServiceName = (typeof SERVICES)[number]

/** Metrics that belong together, and who exposes them. */
export interface CatalogueSection {
  readonly title: string
  readonly services: readonly ServiceName[]
  readonly groups: readonly MetricGroup[]
}

const OF_PIPELINES = SERVICES.filter(service => service !== 'serve')

/** Every metric of the product. */
export const CATALOGUE: readonly CatalogueSection[] = [
  { title: 'Service', services: SERVICES, groups: [SERVICE_METRICS, HTTP_METRICS, EDGE_METRICS] },
  { title: 'Pipeline', services: OF_PIPELINES, groups: [PIPELINE_METRICS] },
  { title: 'Consumption', services: OF_PIPELINES, groups: [CONSUMER_METRICS] },
  { title: 'Stages', services: OF_PIPELINES, groups: [STAGE_METRICS, STATE_CACHE_METRICS] },
  { title: 'Feature store', services: OF_PIPELINES, groups: [STORE_METRICS] },
  { title: 'Raw records', services: ['ingestor'], groups: [INGEST_METRICS] },
  { title: 'Feature views', services: ['feature-builder'], groups: [FEATURE_METRICS] },
  { title: 'Feature vectors', services: ['scorer'], groups: [VECTOR_METRICS] },
  { title: 'Inference', services: ['scorer', 'serve'], groups: [INFERENCE_METRICS] },
  { title: 'Decisions', services: ['scorer'], groups: [DECISION_METRICS] },
  { title: 'Drift', services: ['drift-monitor'], groups: [DRIFT_METRICS] },
]
