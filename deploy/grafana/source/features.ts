import type { Dashboard } from './dashboard.ts'
import { bars, graph, heatmap } from './panels.ts'
import { buckets, perSecond, quantile } from './queries.ts'

const SET = 'feature_set=~"$feature_set"'
const STAGE = 'stage=~"$feature_set"'

/** Are the features fresh and complete, and what does their store cost? */
export const features: Dashboard = {
  uid: 'millrace-features',
  title: 'Features',
  description: 'Freshness, age and completeness of feature views, and the store behind them.',
  variables: [
    {
      name: 'feature_set',
      title: 'Feature view',
      values: 'label_values(feature_freshness_objective_seconds, feature_set)',
    },
    { name: 'feature', title: 'Feature', values: 'label_values(feature_missing_total, feature)' },
  ],
  sections: [
    {
      title: 'Freshness',
      lines: [
        [
          graph({
            title: 'Age of the newest event',
            description:
              'Of each view, by the clock of the services. It grows when nothing comes in, or when a stage stands.',
            unit: 's',
            queries: [['{{feature_set}}', `feature_set:feature_staleness_seconds:min{${SET}}`]],
          }),
          bars({
            title: 'Age of the newest event, of what the view declares',
            description: 'At 100 % the features of a view are stale, which pages.',
            unit: 'percentunit',
            max: 1,
            limits: { warn: 0.5, bad: 1 },
            queries: [
              [
                '{{feature_set}}',
                `feature_set:feature_staleness_seconds:min{${SET}} / on (feature_set) max by (feature_set) (feature_freshness_objective_seconds)`,
              ],
            ],
          }),
        ],
        [
          heatmap({
            title: 'Age of features when they are asked for',
            description: 'Of each requested decision: how long before it the newest event of the entity was.',
            unit: 's',
            queries: [['{{le}}', buckets('feature_age_seconds', SET)]],
          }),
          graph({
            title: 'Age of features when they are asked for, p50 and p95',
            description: 'A quiet entity has old features; a sudden rise of all is a stage that stands.',
            unit: 's',
            logarithmic: true,
            queries: [
              ['{{feature_set}} p50', quantile(0.5, 'feature_age_seconds', ['feature_set'], SET)],
              ['{{feature_set}} p95', quantile(0.95, 'feature_age_seconds', ['feature_set'], SET)],
            ],
          }),
        ],
      ],
    },
    {
      title: 'Completeness',
      lines: [
        [
          graph({
            title: 'Vectors without a value',
            description:
              'Share of the vectors in which an input has no value. Twice of what it was yesterday makes a ticket.',
            unit: 'percentunit',
            queries: [['{{feature}}', 'feature:feature_missing:ratio_rate15m{feature=~"$feature"}']],
          }),
          graph({
            title: 'Events added to the views',
            description: 'Records that each view has handled and written.',
            unit: 'cps',
            queries: [['{{stage}}', `sum by (stage) (${perSecond('records_processed_total', STAGE)})`]],
          }),
          graph({
            title: 'Event time to features, p99',
            description: 'From the event time to its features being written and passed on.',
            unit: 's',
            logarithmic: true,
            queries: [['{{stage}}', quantile(0.99, 'event_time_delay_seconds', ['stage'], STAGE)]],
          }),
        ],
      ],
    },
    {
      title: 'Redis',
      lines: [
        [
          graph({
            title: 'Operations',
            description: 'lookup is of requests, the others are of stages.',
            unit: 'ops',
            queries: [
              [
                '{{operation}}',
                `sum by (operation) (${perSecond('feature_store_operation_duration_seconds_count')})`,
              ],
            ],
          }),
          graph({
            title: 'Operations, p99',
            description: 'How long Redis took to answer, the way there and back included.',
            unit: 's',
            queries: [
              ['{{operation}}', quantile(0.99, 'feature_store_operation_duration_seconds', ['operation'])],
            ],
          }),
          graph({
            title: 'Operations that were not answered',
            description:
              'Stages try again; requests have their fallback. More than none for two minutes pages.',
            unit: 'ops',
            queries: [
              [
                '{{service}} {{operation}}',
                `sum by (service, operation) (${perSecond('feature_store_errors_total')})`,
              ],
            ],
          }),
        ],
      ],
    },
    {
      title: 'States in memory',
      lines: [
        [
          graph({
            title: 'Found in memory',
            description: 'Share of the states that Redis did not have to be asked for.',
            unit: 'percentunit',
            max: 1,
            queries: [
              [
                '{{stage}}',
                `sum by (stage) (${perSecond('stage_cache_hits_total', STAGE)}) / (sum by (stage) (${perSecond('stage_cache_hits_total', STAGE)}) + sum by (stage) (${perSecond('stage_cache_misses_total', STAGE)}))`,
              ],
            ],
          }),
          graph({
            title: 'Memory of states',
            description: 'By estimate; STATE_CACHE_BYTES bounds it.',
            unit: 'bytes',
            queries: [['{{stage}} {{instance}}', `stage_cache_bytes{${STAGE}}`]],
          }),
          graph({
            title: 'States in memory, and those let go of',
            description: 'Many that are let go of with few found: give STATE_CACHE_BYTES more.',
            unit: 'short',
            queries: [
              ['{{stage}} in memory', `sum by (stage) (stage_cache_states{${STAGE}})`],
              [
                '{{stage}} let go of in 10 min',
                `sum by (stage) (increase(stage_cache_evictions_total{${STAGE}}[10m]))`,
              ],
            ],
          }),
        ],
      ],
    },
  ],
}
