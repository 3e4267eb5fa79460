import type { Dashboard } from './dashboard.ts'
import { bars, figure, graph } from './panels.ts'
import { PROCESSES } from './processes.ts'
import { perSecond, quantile } from './queries.ts'

const STAGE = 'stage=~"$stage"'

/** Is it healthy, does it keep up, and where is time spent? */
export const overview: Dashboard = {
  uid: 'millrace-overview',
  title: 'Overview',
  description: 'Rates, lag, latency and freshness of every hop, from raw records to predictions.',
  variables: [{ name: 'stage', title: 'Stage', values: 'label_values(stage_partitions, stage)' }],
  sections: [
    {
      title: 'Now',
      height: 5,
      lines: [
        [
          figure({
            title: 'Instances ready',
            description: 'Instances of each service whose /readyz answers 200. A service with none pages.',
            unit: 'short',
            limits: { bad: 1, below: true },
            queries: [['{{service}}', 'sum by (service) (service_ready)']],
          }),
          figure({
            title: 'Raw records',
            description: 'Records of all raw topics that the ingestor has handled.',
            unit: 'cps',
            queries: [['records', `sum(${perSecond('records_processed_total', 'service="ingestor"')})`]],
          }),
          figure({
            title: 'Predictions',
            description: 'Decisions of the stream and of requests.',
            unit: 'cps',
            queries: [['{{via}}', `sum by (via) (${perSecond('predictions_total')})`]],
          }),
          figure({
            title: 'Event to prediction, p99',
            description:
              'From the event time to the published prediction. The objective is 5 s for 99 % of them.',
            unit: 's',
            limits: { warn: 2.5, bad: 5 },
            queries: [['p99', quantile(0.99, 'event_time_delay_seconds', [], 'stage="score"')]],
          }),
          figure({
            title: 'Records waiting',
            description: 'Lag of all stages together.',
            unit: 'short',
            limits: { warn: 1_000, bad: 10_000 },
            queries: [['records', 'sum(group_topic:kafka_consumer_lag_records:sum)']],
          }),
          figure({
            title: 'Alerts firing',
            description: 'The runbook has a section for each of them.',
            unit: 'short',
            limits: { bad: 1 },
            queries: [
              ['page', 'count(ALERTS{alertstate="firing",severity="page"}) or vector(0)'],
              ['ticket', 'count(ALERTS{alertstate="firing",severity="ticket"}) or vector(0)'],
            ],
          }),
        ],
      ],
    },
    {
      title: 'Objectives',
      lines: [
        [
          bars({
            title: 'Error budget left',
            description:
              'Of the budget of 30 days, or of the time that Prometheus knows. At 0 the objective is missed.',
            unit: 'percentunit',
            max: 1,
            limits: { warn: 0.5, bad: 0.1, below: true },
            queries: [['{{slo}}', 'slo:error_budget_left:ratio']],
          }),
          graph({
            title: 'Burn rate over the last hour',
            description:
              '1 uses up the budget in exactly 30 days. 14.4 for an hour pages, 3 for a day makes a ticket.',
            unit: 'short',
            limits: { warn: 3, bad: 14.4 },
            queries: [['{{slo}}', 'slo:error_ratio:1h / on (slo) group_left slo:error_budget:ratio']],
          }),
        ],
      ],
    },
    {
      title: 'Rates',
      lines: [
        [
          graph({
            title: 'Records handled by each stage',
            description: 'Written with their states. Stages in a row have about the same rate.',
            unit: 'cps',
            queries: [['{{stage}}', `sum by (stage) (${perSecond('records_processed_total', STAGE)})`]],
          }),
          graph({
            title: 'What became of raw records',
            description: 'Dead letters and duplicates stand in the dead-letter topics with their reasons.',
            unit: 'cps',
            stacked: true,
            queries: [
              [
                '{{topic}} {{outcome}}',
                `sum by (topic, outcome) (${perSecond('records_processed_total', 'service="ingestor"')})`,
              ],
            ],
          }),
          graph({
            title: 'Decisions',
            description: 'By decision, and whether the stream or a request asked for it.',
            unit: 'cps',
            queries: [
              ['{{decision}} ({{via}})', `sum by (decision, via) (${perSecond('predictions_total')})`],
            ],
          }),
        ],
      ],
    },
    {
      title: 'Latency and freshness of every hop',
      lines: [
        [
          graph({
            title: 'Event time to published, p50',
            description:
              'How old events are when a stage has published what follows from them; it adds up from hop to hop.',
            unit: 's',
            logarithmic: true,
            queries: [['{{stage}}', quantile(0.5, 'event_time_delay_seconds', ['stage'], STAGE)]],
          }),
          graph({
            title: 'Event time to published, p99',
            description: 'The dashed line is the objective of the predictions.',
            unit: 's',
            logarithmic: true,
            limits: { bad: 5 },
            queries: [['{{stage}}', quantile(0.99, 'event_time_delay_seconds', ['stage'], STAGE)]],
          }),
          graph({
            title: 'Behind the clock',
            description:
              'Now, by the clock of the services, less the time up to which the partition that is furthest behind is handled.',
            unit: 's',
            min: null,
            queries: [
              [
                '{{stage}}',
                `scalar(max(event_clock_timestamp_seconds)) - min by (stage) (watermark_timestamp_seconds{${STAGE}})`,
              ],
            ],
          }),
        ],
        [
          graph({
            title: 'Time of a round for a record, p99',
            description: 'How long the round took in which a record was decoded, handled and published.',
            unit: 's',
            queries: [['{{stage}}', quantile(0.99, 'record_processing_duration_seconds', ['stage'], STAGE)]],
          }),
          graph({
            title: 'Where rounds spend their time',
            description: 'Seconds a second in each phase, over all instances of a stage.',
            unit: 's',
            stacked: true,
            queries: [
              [
                '{{stage}} {{phase}}',
                `sum by (stage, phase) (${perSecond('stage_phase_duration_seconds_sum', STAGE)})`,
              ],
            ],
          }),
        ],
      ],
    },
    {
      title: 'Consumption',
      lines: [
        [
          graph({
            title: 'Lag',
            description: 'Records between the stored position and the end of the topic.',
            unit: 'short',
            limits: { bad: 10_000 },
            queries: [['{{group}} {{topic}}', 'group_topic:kafka_consumer_lag_records:sum']],
          }),
          graph({
            title: 'Since the last commit',
            description:
              'Of the partition that has waited longest. A long time with lag is a stage that stands.',
            unit: 's',
            queries: [
              ['{{group}}', 'max by (group) (time() - kafka_consumer_last_commit_timestamp_seconds)'],
            ],
          }),
          graph({
            title: 'Partitions held',
            description: 'By instance. Their sum stays the same through rebalances.',
            unit: 'short',
            stacked: true,
            queries: [['{{stage}} {{instance}}', `sum by (stage, instance) (stage_partitions{${STAGE}})`]],
          }),
        ],
        [
          graph({
            title: 'Rebalances',
            description: 'Times that a group shared out its partitions, in the last ten minutes.',
            unit: 'short',
            queries: [['{{group}}', 'sum by (group) (increase(kafka_consumer_rebalances_total[10m]))']],
          }),
          graph({
            title: 'Fetching paused',
            description:
              'Partitions of which nothing more is fetched, since enough waits to be handled: backpressure.',
            unit: 'short',
            queries: [['{{group}}', 'sum by (group) (kafka_consumer_paused)']],
          }),
        ],
      ],
    },
    {
      title: 'Trouble',
      lines: [
        [
          graph({
            title: 'Rounds tried again',
            description: 'By error code; docs/errors.md says what each means. Nothing is lost by it.',
            unit: 'cps',
            queries: [
              [
                '{{stage}} {{code}}',
                `sum by (stage, code) (${perSecond('stage_retries_total', STAGE)}) or 0 * sum by (stage) (stage_partitions{${STAGE}})`,
              ],
            ],
          }),
          graph({
            title: 'Writes refused, states rebuilt',
            description:
              'Refused writes belong to rebalances; without one Redis has lost writes. Rebuilt is what Redis had lost.',
            unit: 'short',
            queries: [
              [
                '{{stage}} refused',
                `sum by (stage) (increase(stage_writes_refused_total{${STAGE}}[10m])) or 0 * sum by (stage) (stage_partitions{${STAGE}})`,
              ],
              [
                '{{stage}} rebuilt',
                `sum by (stage) (increase(stage_rebuilds_total{${STAGE}}[10m])) or 0 * sum by (stage) (stage_partitions{${STAGE}})`,
              ],
            ],
          }),
          graph({
            title: 'Redis, p99 of an operation',
            description: 'As the services see it, by service.',
            unit: 's',
            queries: [
              ['{{service}}', quantile(0.99, 'feature_store_operation_duration_seconds', ['service'])],
            ],
          }),
        ],
      ],
    },
    PROCESSES,
  ],
}
