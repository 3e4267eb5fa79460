import { LATENCY_SECONDS, MODEL_SECONDS, ROWS } from '../buckets.ts'
import { counter, gauge, histogram } from '../declaration.ts'
import { LABELS } from './labels.ts'

const { model, version } = LABELS

/** What whoever serves models tells of requests, batches and versions. */
export const INFERENCE_METRICS = {
  requests: histogram(
    'inference_request_duration_seconds',
    'From a whole request being there to its answer being made.',
    {
      model,
      version: 'version of the model; of a list of events that of the first; `unknown` where there is none',
      protocol: '`oip-rest`, `oip-grpc`, `v1`, `score` (`POST /v1/score`)',
      outcome: '`ok`, an [error code](errors.md) or `INTERNAL`',
    },
    LATENCY_SECONDS,
  ),
  stages: histogram(
    'inference_stage_duration_seconds',
    'How long a step took: `fetch` reads features of a request, `queue` is the wait of the oldest row of a batch, `run` the model itself for a batch, `publish` a send of requested decisions to Kafka.',
    { model, stage: ['fetch', 'queue', 'run', 'publish'] },
    MODEL_SECONDS,
  ),
  size: histogram('inference_batch_size', 'Rows that were run together.', { model }, ROWS),
  wait: histogram(
    'inference_batch_wait_seconds',
    'How long the oldest row of a batch waited.',
    { model },
    MODEL_SECONDS,
  ),
  batches: counter('inference_batches_total', 'Batches, by why they were released.', {
    model,
    reason: ['full', 'timeout', 'idle'],
  }),
  inflight: gauge(
    'inference_inflight',
    'Rows that wait for the model or are at work, of stream and requests.',
    { model },
  ),
  shed: counter('inference_shed_total', 'Requests refused because too many rows waited.', { model }),
  info: gauge('model_info', '1 for every role that a version of a model has.', {
    model,
    version,
    digest: 'SHA-256 of the model',
    alias: 'role, such as `champion`',
  }),
  loaded: gauge('model_loaded_timestamp_seconds', 'When a version of the model was last loaded.', { model }),
  reloads: counter('model_reload_total', 'Versions that were to serve, by what became of them.', {
    model,
    outcome: ['loaded', 'refused', 'rolled-back'],
  }),
  roles: counter('model_role_changes_total', 'Times that a role went to another version.', {
    model,
    alias: 'role',
  }),
}
