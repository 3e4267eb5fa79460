import { HTTP_SECONDS, LATENCY_SECONDS } from '../buckets.ts'
import { counter, gauge, histogram } from '../declaration.ts'

/** What every service tells of itself. */
export const SERVICE_METRICS = {
  ready: gauge('service_ready', '1 while /readyz says that the service does its work.'),
  memoryLimit: gauge(
    'service_memory_limit_bytes',
    'Memory that the container may have, or that the machine has where there is no limit.',
  ),
}

/** What every service of a pipeline tells of what it was given. */
export const PIPELINE_METRICS = {
  info: gauge('pipeline_info', '1: which version of which pipeline the process works for.', {
    pipeline: 'its name',
    version: 'version of the pipeline',
  }),
  clock: gauge(
    'event_clock_timestamp_seconds',
    'Now, by the declared CLOCK: what event times are to be compared with.',
  ),
}

/** What every service tells of the requests that it answers. */
export const HTTP_METRICS = {
  requests: histogram(
    'http_request_duration_seconds',
    'From a request being there to its answer being sent.',
    { method: 'of HTTP', route: 'such as `/v1/score`, or `unknown`', status: '`2xx`, `4xx`, `5xx`' },
    HTTP_SECONDS,
  ),
}

/** What every service tells of those whom it turns away. */
export const EDGE_METRICS = {
  refused: counter(
    'edge_requests_refused_total',
    'Requests that were turned away before anything was done for them.',
    { reason: ['unauthenticated', 'forbidden', 'rate_limited'] },
  ),
}

/** What every service that uses Redis tells of it. */
export const STORE_METRICS = {
  operations: histogram(
    'feature_store_operation_duration_seconds',
    'How long Redis took to answer: `load`, `read`, `write`, `pairs` and `watermarks` are of stages, `lookup` of requests.',
    {
      operation: ['load', 'read', 'put_if_absent', 'write', 'pairs', 'watermarks', 'lookup'],
      outcome: ['ok', 'refused', 'error'],
    },
    LATENCY_SECONDS,
  ),
  errors: counter('feature_store_errors_total', 'Operations that Redis did not answer.', {
    operation: ['load', 'read', 'put_if_absent', 'write', 'pairs', 'watermarks', 'lookup'],
  }),
}
