import { AGE_SECONDS } from '../buckets.ts'
import { counter, gauge, histogram } from '../declaration.ts'
import { LABELS } from './labels.ts'

const { feature_set } = LABELS

/** What the feature builder tells of its feature views. */
export const FEATURE_METRICS = {
  newest: gauge(
    'feature_last_event_timestamp_seconds',
    'Event time of the newest event that this process has added to the view.',
    { feature_set },
  ),
  objective: gauge(
    'feature_freshness_objective_seconds',
    'How old the features of the view may be, as declared (event time).',
    { feature_set },
  ),
}

/** What the scorer tells of the features that it was given. */
export const VECTOR_METRICS = {
  age: histogram(
    'feature_age_seconds',
    'Of each requested decision, how old the newest event of the entity was (event time).',
    { feature_set },
    AGE_SECONDS,
  ),
  missing: counter('feature_missing_total', 'Vectors in which an input of the model had no value.', {
    feature: 'input of the model',
  }),
}
