import { describeDrift } from './describe-drift.ts'
import { formatCount, formatDuration, formatMilliseconds, formatNumber, formatReasons } from './format.ts'
import type { TotalsSnapshot } from './totals.ts'

export interface SummaryOptions {
  readonly totals: TotalsSnapshot
  readonly hasLabels: boolean
  /** From the first event sent to the latest news (ms). */
  readonly elapsedMs: number
  readonly logDir: string
  readonly vectors: { readonly path: string; readonly lines: number } | undefined
}

/** What a run came to, one line a matter. */
export function summaryLines({ totals, hasLabels, elapsedMs, logDir, vectors }: SummaryOptions): string[] {
  const { latency, drift, deadLetters, predictions, sent, counted } = totals
  const rate = elapsedMs > 0 ? formatCount((1_000 * predictions) / elapsedMs) : '–'
  const history = counted === sent ? '' : `, ${formatCount(sent - counted)} of them history`
  const verdicts = Object.entries(drift.verdicts).map(([status, count]) => `${count} ${status}`)
  const rows: [label: string, text: string][] = [
    ['events', `${formatCount(sent)} sent${history}`],
    ['predictions', `${formatCount(predictions)} in ${formatDuration(elapsedMs)} (${rate}/s)`],
    ['dead letters', formatReasons(deadLetters) || '0'],
    ...(hasLabels ? [['frauds', describeHits(totals)] satisfies [string, string]] : []),
    [
      'latency',
      latency.count === 0
        ? 'not measured: the input never caught up with the clock'
        : `p50 ${formatMilliseconds(latency.p50)}, p99 ${formatMilliseconds(latency.p99)} (${formatCount(latency.count)} events)`,
    ],
    [
      'drift',
      `${describeDrift(drift).text}${verdicts.length === 0 ? '' : `; windows: ${verdicts.join(', ')}`}`,
    ],
    ['retraining', formatNumber(drift.retrainingRequests.length, 'request')],
    ...(vectors === undefined
      ? []
      : [['vectors', `${formatCount(vectors.lines)} lines in ${vectors.path}`] satisfies [string, string]]),
    ['logs', logDir],
  ]
  return ['', 'Summary', ...rows.map(([label, text]) => `  ${label.padEnd(14)}${text}`)]
}

function describeHits({ hits }: TotalsSnapshot): string {
  const { caught, missed, falseAlarms, labelled } = hits
  return `${formatCount(caught)} caught, ${formatCount(missed)} missed, ${formatCount(falseAlarms)} false alarms (${formatCount(labelled)} labelled)`
}
