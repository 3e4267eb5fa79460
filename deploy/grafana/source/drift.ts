import type { Dashboard } from './dashboard.ts'
import { bars, figure, graph, heatmap } from './panels.ts'
import { buckets, perSecond, quantile } from './queries.ts'

const MODEL = 'model=~"$model"'
const INGEST = 'service="ingestor",topic=~"$topic"'

/** Does the model still see what it was trained on, and do producers send what they should? */
export const drift: Dashboard = {
  uid: 'millrace-drift',
  title: 'Drift and data quality',
  description: 'Verdicts on what the model sees and gives, and what is wrong with raw records.',
  variables: [
    { name: 'model', title: 'Model', values: 'label_values(drift_alarm, model)' },
    { name: 'feature', title: 'Feature', values: 'label_values(drift_score, feature)' },
    { name: 'topic', title: 'Raw topic', values: 'label_values(dead_letter_records_total, topic)' },
  ],
  sections: [
    {
      title: 'Now',
      height: 5,
      lines: [
        [
          figure({
            title: 'Episode open',
            description:
              '1 while windows in a row have drifted. A retraining request was published when it opened.',
            unit: 'short',
            limits: { bad: 1 },
            queries: [['{{model}}', `max by (model) (drift_alarm{${MODEL}})`]],
          }),
          figure({
            title: 'Furthest feature',
            description:
              'The largest PSI of the latest judged window. 0.1 is a warning, 0.25 is drift, after the allowance for noise.',
            unit: 'short',
            limits: { warn: 0.1, bad: 0.25 },
            queries: [['{{model}}', `max by (model) (drift_score{${MODEL},method="psi"})`]],
          }),
          figure({
            title: 'Events of the latest window',
            description: 'Windows with too few events are not judged.',
            unit: 'short',
            queries: [['{{model}}', `max by (model) (drift_window_records{${MODEL}})`]],
          }),
          figure({
            title: 'Since the latest window',
            description:
              'By the clock of the services. More than two windows without a verdict make a ticket.',
            unit: 's',
            queries: [
              [
                '{{model}}',
                `scalar(max(event_clock_timestamp_seconds{service="drift-monitor"})) - max by (model) (drift_window_end_timestamp_seconds{${MODEL}})`,
              ],
            ],
          }),
          figure({
            title: 'Retraining requests',
            description: 'Since the monitor started; one for each episode.',
            unit: 'short',
            queries: [['{{model}}', `sum by (model) (retrain_requests_total{${MODEL}})`]],
          }),
        ],
      ],
    },
    {
      title: 'Drift',
      height: 10,
      lines: [
        [
          bars({
            title: 'PSI of each feature, now',
            description:
              'Distance of the latest judged window from the reference of the model version. score is what the model gives.',
            unit: 'short',
            limits: { warn: 0.1, bad: 0.25 },
            queries: [
              ['{{feature}}', `max by (feature) (drift_score{${MODEL},feature=~"$feature",method="psi"})`],
            ],
          }),
          graph({
            title: 'PSI of each feature',
            description: 'It moves by one step a window.',
            unit: 'short',
            limits: { warn: 0.1, bad: 0.25 },
            queries: [
              ['{{feature}}', `max by (feature) (drift_score{${MODEL},feature=~"$feature",method="psi"})`],
            ],
          }),
        ],
      ],
    },
    {
      title: 'Verdicts and scores',
      lines: [
        [
          graph({
            title: 'Verdicts',
            description:
              'Windows by level since the monitor started; none had too few events, or was before the warm-up.',
            unit: 'short',
            queries: [['{{model}} {{level}}', `sum by (model, level) (drift_verdicts_total{${MODEL}})`]],
          }),
          heatmap({
            title: 'Scores',
            description: 'How scores of the stream are distributed.',
            unit: 'short',
            queries: [['{{le}}', buckets('prediction_score', MODEL)]],
          }),
          graph({
            title: 'Scores, p50 and p99',
            description: 'By version.',
            unit: 'short',
            queries: [
              ['{{version}} p50', quantile(0.5, 'prediction_score', ['version'], MODEL)],
              ['{{version}} p99', quantile(0.99, 'prediction_score', ['version'], MODEL)],
            ],
          }),
        ],
      ],
    },
    {
      title: 'Data quality',
      lines: [
        [
          graph({
            title: 'Dead letters by reason',
            description: 'What producers do wrong. The records stand in the dead-letter topic as they came.',
            unit: 'cps',
            queries: [
              [
                '{{topic}} {{reason}}',
                `sum by (topic, reason) (${perSecond('dead_letter_records_total', INGEST)})`,
              ],
            ],
          }),
          graph({
            title: 'Duplicates and late events',
            description:
              'Share of the raw records. More than 5 % duplicates or 1 % late events make a ticket.',
            unit: 'percentunit',
            queries: [
              [
                '{{topic}} duplicates',
                `sum by (topic) (${perSecond('duplicate_events_total', INGEST)}) / sum by (topic) (${perSecond('records_processed_total', INGEST)})`,
              ],
              [
                '{{topic}} late',
                `sum by (topic) (${perSecond('late_events_total', INGEST)}) / sum by (topic) (${perSecond('records_processed_total', INGEST)})`,
              ],
            ],
          }),
          graph({
            title: 'Inputs without a value',
            description: 'Share of the vectors, by input of the model.',
            unit: 'percentunit',
            queries: [['{{feature}}', 'feature:feature_missing:ratio_rate15m{feature=~"$feature"}']],
          }),
        ],
        [
          graph({
            title: 'Age of events when they come in',
            description:
              'From the event time to the clean event: what producers, their network and the ingestor take together.',
            unit: 's',
            logarithmic: true,
            queries: [
              ['{{stage}} p50', quantile(0.5, 'event_time_delay_seconds', ['stage'], 'stage=~"ingest-.*"')],
              ['{{stage}} p99', quantile(0.99, 'event_time_delay_seconds', ['stage'], 'stage=~"ingest-.*"')],
            ],
          }),
          graph({
            title: 'Raw records',
            description: 'By topic. A sudden end is a producer that stands.',
            unit: 'cps',
            queries: [['{{topic}}', `sum by (topic) (${perSecond('records_processed_total', INGEST)})`]],
          }),
        ],
      ],
    },
  ],
}
