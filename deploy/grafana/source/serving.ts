import type { Dashboard } from './dashboard.ts'
import { figure, graph, heatmap, table } from './panels.ts'
import { buckets, mean, perSecond, quantile } from './queries.ts'

const MODEL = 'model=~"$model"'
const REQUESTS = `${MODEL},protocol=~"$protocol"`
const HTTP = 'service="scorer",route!~"/livez|/readyz.*|/metrics"'
const DURATION = 'inference_request_duration_seconds'

/** Are callers answered in time, by which version, and with what? */
export const serving: Dashboard = {
  uid: 'millrace-serving',
  title: 'Model and serving',
  description: 'Requests, batches, versions and their roles, and what is decided.',
  variables: [
    { name: 'model', title: 'Model', values: `label_values(${DURATION}_count, model)` },
    { name: 'protocol', title: 'Protocol', values: `label_values(${DURATION}_count, protocol)` },
  ],
  sections: [
    {
      title: 'Now',
      height: 5,
      lines: [
        [
          figure({
            title: 'Requests',
            description: 'Requests to models and to /v1/score.',
            unit: 'reqps',
            queries: [['requests', `sum(${perSecond(`${DURATION}_count`, REQUESTS)})`]],
          }),
          figure({
            title: 'Answered',
            description:
              'Share of the requests of the last hour that the server could answer. The objective is 99.9 %.',
            unit: 'percentunit',
            limits: { warn: 0.9995, bad: 0.999, below: true },
            queries: [['answered', '1 - slo:error_ratio:1h{slo="scoring-availability"}']],
          }),
          figure({
            title: 'Latency, p99',
            description: 'From a whole request being there to its answer being made. The budget is 50 ms.',
            unit: 's',
            limits: { warn: 0.03, bad: 0.05 },
            queries: [['p99', quantile(0.99, DURATION, [], REQUESTS)]],
          }),
          figure({
            title: 'In flight',
            description: 'Requests that are not answered yet.',
            unit: 'short',
            queries: [['requests', `sum(inference_inflight{${MODEL}})`]],
          }),
          figure({
            title: 'Decides without Redis',
            description: 'Scorers that leave Redis alone since it did not answer.',
            unit: 'short',
            limits: { bad: 1 },
            queries: [['scorers', 'sum(feature_store_circuit_open)']],
          }),
          figure({
            title: 'Model registry',
            description:
              '1 while it answers every scorer. Without it changes of versions and roles are not seen.',
            unit: 'short',
            limits: { bad: 1, below: true },
            queries: [['reachable', 'min(model_registry_reachable)']],
          }),
        ],
      ],
    },
    {
      title: 'Requests',
      lines: [
        [
          graph({
            title: 'Requests by protocol',
            description:
              'oip is the Open Inference Protocol, v1 that of TensorFlow Serving and KServe, score is /v1/score.',
            unit: 'reqps',
            stacked: true,
            queries: [['{{protocol}}', `sum by (protocol) (${perSecond(`${DURATION}_count`, REQUESTS)})`]],
          }),
          graph({
            title: 'Requests by outcome',
            description: 'ok, or the error code; docs/errors.md says what each means.',
            unit: 'reqps',
            queries: [['{{outcome}}', `sum by (outcome) (${perSecond(`${DURATION}_count`, REQUESTS)})`]],
          }),
          graph({
            title: 'Turned away',
            description: 'shed: too many rows waited. The others never reached a model.',
            unit: 'reqps',
            queries: [
              ['{{model}} shed', `sum by (model) (${perSecond('inference_shed_total', MODEL)})`],
              [
                '{{reason}}',
                `sum by (reason) (${perSecond('edge_requests_refused_total', 'service="scorer"')})`,
              ],
            ],
          }),
        ],
        [
          graph({
            title: 'Latency by protocol',
            description: 'The dashed line is the budget of 50 ms.',
            unit: 's',
            limits: { bad: 0.05 },
            queries: [
              ['{{protocol}} p50', quantile(0.5, DURATION, ['protocol'], REQUESTS)],
              ['{{protocol}} p99', quantile(0.99, DURATION, ['protocol'], REQUESTS)],
            ],
          }),
          heatmap({
            title: 'Latency',
            description: 'How many requests take how long.',
            unit: 's',
            queries: [['{{le}}', buckets(DURATION, REQUESTS)]],
          }),
          graph({
            title: 'Steps of a request, p99',
            description:
              'fetch reads features, queue is the wait for a batch, run the model itself, publish the log of decisions.',
            unit: 's',
            queries: [['{{stage}}', quantile(0.99, 'inference_stage_duration_seconds', ['stage'], MODEL)]],
          }),
        ],
        [
          graph({
            title: 'HTTP by route',
            description: 'All requests to the scorer, those for features among them.',
            unit: 'reqps',
            queries: [
              [
                '{{route}} {{status}}',
                `sum by (route, status) (${perSecond('http_request_duration_seconds_count', HTTP)})`,
              ],
            ],
          }),
          graph({
            title: 'HTTP by route, p99',
            description: 'From a request being there to its answer being sent.',
            unit: 's',
            queries: [['{{route}}', quantile(0.99, 'http_request_duration_seconds', ['route'], HTTP)]],
          }),
        ],
      ],
    },
    {
      title: 'Batches',
      lines: [
        [
          graph({
            title: 'Rows of a batch, mean',
            description: 'Rows of requests and of the stream that are run together.',
            unit: 'short',
            queries: [['{{model}}', mean('inference_batch_size', ['model'], MODEL)]],
          }),
          graph({
            title: 'Wait of the oldest row, p99',
            description: 'MODEL_MAX_WAIT_MS bounds it while the model is busy.',
            unit: 's',
            queries: [['{{model}}', quantile(0.99, 'inference_batch_wait_seconds', ['model'], MODEL)]],
          }),
          graph({
            title: 'Why batches were released',
            description:
              'idle: the model had nothing to do. timeout: the oldest row had waited. full: MODEL_MAX_BATCH rows were there.',
            unit: 'cps',
            stacked: true,
            queries: [
              [
                '{{model}} {{reason}}',
                `sum by (model, reason) (${perSecond('inference_batches_total', MODEL)})`,
              ],
            ],
          }),
        ],
      ],
    },
    {
      title: 'Versions',
      lines: [
        [
          table({
            title: 'Roles',
            description:
              'Which version has which role, on how many instances. Two champions for long are a fault.',
            unit: 'short',
            columns: { model: 'Model', alias: 'Role', version: 'Version', digest: 'Digest' },
            value: 'Instances',
            queries: [['', `count by (model, alias, version, digest) (model_info{${MODEL}})`]],
          }),
          graph({
            title: 'Versions loaded, refused and taken back',
            description:
              'In the last ten minutes. What was refused or taken back leaves the version before at work.',
            unit: 'short',
            queries: [
              [
                '{{model}} {{outcome}}',
                `sum by (model, outcome) (increase(model_reload_total{${MODEL}}[10m]))`,
              ],
            ],
          }),
          graph({
            title: 'Since the last load',
            description: 'How long ago each scorer loaded a version.',
            unit: 's',
            queries: [['{{model}} {{instance}}', `time() - model_loaded_timestamp_seconds{${MODEL}}`]],
          }),
        ],
      ],
    },
    {
      title: 'Decisions',
      lines: [
        [
          graph({
            title: 'Decisions by version',
            description: 'A canary has its share here.',
            unit: 'cps',
            stacked: true,
            queries: [
              [
                '{{version}} {{decision}}',
                `sum by (version, decision) (${perSecond('predictions_total', MODEL)})`,
              ],
            ],
          }),
          graph({
            title: 'Mean score by version',
            description: 'Of the stream. Versions that differ much decide otherwise.',
            unit: 'short',
            queries: [['{{model}} {{version}}', mean('prediction_score', ['model', 'version'], MODEL)]],
          }),
          graph({
            title: 'Decided in another way',
            description: 'Requested decisions that had a fallback, and those that no topic has.',
            unit: 'cps',
            queries: [
              [
                '{{reason}}: {{action}}',
                `sum by (reason, action) (${perSecond('decision_fallbacks_total')})`,
              ],
              ['not logged', `sum(${perSecond('prediction_log_lost_total')})`],
            ],
          }),
        ],
        [
          graph({
            title: 'The shadow beside the champion',
            description: 'How far its scores are from those that decided.',
            unit: 'short',
            queries: [
              [
                '{{challenger}} beside {{champion}}, p50',
                quantile(0.5, 'shadow_score_abs_diff', ['champion', 'challenger']),
              ],
              [
                '{{challenger}} beside {{champion}}, p95',
                quantile(0.95, 'shadow_score_abs_diff', ['champion', 'challenger']),
              ],
            ],
          }),
          graph({
            title: 'Decisions that the shadow would have made otherwise',
            description: 'Share of the events that it saw.',
            unit: 'percentunit',
            queries: [
              [
                '{{challenger}} beside {{champion}}',
                `sum by (champion, challenger) (${perSecond('shadow_disagreements_total')}) / sum by (champion, challenger) (${perSecond('shadow_score_abs_diff_count')})`,
              ],
            ],
          }),
        ],
      ],
    },
  ],
}
