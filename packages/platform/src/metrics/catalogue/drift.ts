import { counter, gauge } from '../declaration.ts'
import { LABELS } from './labels.ts'

const { model, feature } = LABELS

/** What the drift monitor tells of its verdicts. */
export const DRIFT_METRICS = {
  score: gauge('drift_score', 'Distance of the latest judged window from the reference.', {
    model,
    feature,
    method: ['psi'],
  }),
  alarm: gauge('drift_alarm', '1 while a drift episode is open.', { model }),
  records: gauge('drift_window_records', 'Events in the latest window with a verdict, judged or not.', {
    model,
  }),
  windowEnd: gauge('drift_window_end_timestamp_seconds', 'End of that window (event time).', { model }),
  window: gauge('drift_window_seconds', 'How long windows are, as declared (event time).', { model }),
  verdicts: counter('drift_verdicts_total', 'Windows by level; `none` had too few events to be judged.', {
    model,
    level: ['stable', 'warning', 'drift', 'none'],
  }),
  requests: counter('retrain_requests_total', 'Retraining requests that Kafka has taken.', { model }),
}
