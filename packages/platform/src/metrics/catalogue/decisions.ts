import { SCORE_DIFFERENCES, SCORES } from '../buckets.ts'
import { counter, gauge, histogram } from '../declaration.ts'
import { LABELS } from './labels.ts'

const { model, version } = LABELS
const shadowed = { champion: 'version that decided', challenger: 'version in the shadow' }

/** What the scorer tells of decisions; those of the stream are counted when Kafka has taken them. */
export const DECISION_METRICS = {
  predictions: counter('predictions_total', 'Decisions, of the stream and of requests.', {
    model,
    version: 'version of the model, `none` where a rule decided',
    decision: 'declared decision',
    via: ['stream', 'request'],
  }),
  score: histogram('prediction_score', 'Scores that the stream was decided by.', { model, version }, SCORES),
  difference: histogram(
    'shadow_score_abs_diff',
    'How far the score of the shadow is from the one that decided.',
    shadowed,
    SCORE_DIFFERENCES,
  ),
  disagreements: counter(
    'shadow_disagreements_total',
    'Events that the shadow would have decided otherwise.',
    shadowed,
  ),
  fallbacks: counter(
    'decision_fallbacks_total',
    'Requested decisions that were made in another way than they should be.',
    {
      reason: ['store-unavailable', 'model-unavailable', 'stale', 'missing'],
      action: ['defaults', 'degraded', 'rule'],
    },
  ),
  lost: counter('prediction_log_lost_total', 'Requested decisions that could not be published.'),
  storeOpen: gauge(
    'feature_store_circuit_open',
    '1 while Redis is left alone by requests, since it did not answer.',
  ),
  registry: gauge('model_registry_reachable', '1 while the model registry answers.'),
}
