import type { CatalogueSection, ServiceName } from './catalogue/catalogue.ts'
import { LABELS } from './catalogue/labels.ts'
import type { LabelValues, MetricDeclaration, MetricGroup } from './declaration.ts'

const INTRODUCTION = `# Metrics

\`GET /metrics\` of each service answers in the Prometheus text format 0.0.4, or in OpenMetrics to whoever asks for \`application/openmetrics-text\`. Every metric has the label \`service\`. Counters and histograms start with the process, at 0 where their labels are known. No label holds an id of an entity or an event. Beside those below there are the process metrics of prom-client, whose names begin with \`process_\` and \`nodejs_\`.

This page is made from the declarations in packages/platform/src/metrics/catalogue: \`npm run -s millrace -- metrics > docs/metrics.md\`.`

const NOTES = `## Notes

- Counters of stages (\`records_processed_total\`, \`kafka_consumer_records_total\`) count what was written, or read, by this process. A record that is handled again after a failed round counts once; one that another process had handled and not written counts there not at all.
- \`event_time_delay_seconds\` and \`record_processing_duration_seconds\` count every record, so a quantile is one of records, however large the rounds are. Of the first stage the delay is the age of what producers send, of \`score\` it is the way from the event to its published prediction.
- \`event_time_delay_seconds\` is in seconds of the wall clock: where the declared \`CLOCK\` runs N times as fast, N seconds of event time are one. What is called event time above is not divided: compare it with \`event_clock_timestamp_seconds\` instead of \`time()\`, which is the same where \`CLOCK\` is \`wall\`.
- \`feature_last_event_timestamp_seconds\` is not there before a process has seen an event of the view, and \`drift_alarm\` is 0 after a start until the next verdict.
- Gauges of a partition go from a process together with the partition.
- \`feature_age_seconds\` is of requests: in the stream the newest event of an entity is the event itself.
- \`prediction_score\` is of the stream, so that an event that is both asked about and streamed counts once.`

const COMMON_LABELS = Object.entries(LABELS)
  .map(([label, meaning]) => `- \`${label}\`: ${meaning}`)
  .join('\n')

/** The page of docs about these metrics. */
export function describeMetrics(catalogue: readonly CatalogueSection[]): string {
  return `${[INTRODUCTION, `## Labels\n\n${COMMON_LABELS}`, ...catalogue.map(describeSection), NOTES].join('\n\n')}\n`
}

function describeSection({ title, services, groups }: CatalogueSection): string {
  return [
    `## ${title}`,
    '',
    `Of ${services.map(nameOf).join(', ')}.`,
    '',
    '| name | type | unit | labels | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...groups.flatMap(rowsOf),
  ].join('\n')
}

function nameOf(service: ServiceName): string {
  return service === 'serve' ? '`millrace serve` of models' : service
}

function rowsOf(group: MetricGroup): string[] {
  return Object.values(group).map(metric => {
    const { name, type, help } = metric
    const buckets = metric.type === 'histogram' ? ` Buckets up to ${metric.buckets.at(-1)}.` : ''
    return `| \`${name}\` | ${type} | ${unitOf(metric)} | ${labelsOf(metric)} | ${help}${buckets} |`
  })
}

/** The unit that a name ends with; what has none is counted, or is a score or a truth. */
function unitOf({ name, type }: MetricDeclaration): string {
  if (name.endsWith('_timestamp_seconds')) return 'epoch s'
  if (name.endsWith('_seconds')) return 's'
  if (name.endsWith('_bytes')) return 'bytes'
  return type === 'counter' ? 'count' : ''
}

function labelsOf({ labels }: MetricDeclaration): string {
  return Object.entries(labels)
    .map(([label, values]) =>
      isCommon(label, values) ? `\`${label}\`` : `\`${label}\`: ${valuesOf(values)}`,
    )
    .join('; ')
}

function isCommon(label: string, values: LabelValues): boolean {
  return Object.entries<string>(LABELS).some(([name, meaning]) => name === label && meaning === values)
}

function valuesOf(values: LabelValues): string {
  return typeof values === 'string' ? values : values.map(value => `\`${value}\``).join(', ')
}
