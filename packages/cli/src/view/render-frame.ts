import { describeDrift } from './describe-drift.ts'
import { formatBar, formatCount, formatMilliseconds, formatReasons, formatTime, sumOf } from './format.ts'
import { progressOf, type ViewState } from './view-state.ts'

/** A line of a frame; its style is the terminal's matter. */
export interface FrameLine {
  readonly text: string
  readonly style: 'plain' | 'bold' | 'dim' | 'alert'
}

const BAR_WIDTH = 30
const LABEL_WIDTH = 13

/** Draws a run as lines of at most `width` characters. */
export function renderFrame(state: ViewState, width: number): FrameLine[] {
  return [
    line(''),
    line(titleOf(state), 'bold'),
    line(progressLine(state)),
    line(''),
    line(`${'stage'.padEnd(22)}${cell('records/s')}${cell('records')}${cell('lag')}`, 'dim'),
    ...state.stages.map(({ stage, recordsPerSecond, records, lag }) =>
      line(
        stage.padEnd(22) + [recordsPerSecond, records, lag].map(value => cell(formatCount(value))).join(''),
      ),
    ),
    line(''),
    ...resultLines(state),
  ].map(({ text, style }) => ({ text: cut(text, width), style }))
}

function line(text: string, style: FrameLine['style'] = 'plain'): FrameLine {
  return { text, style }
}

function cell(text: string): string {
  return text.padStart(13)
}

function labelled(label: string, text: string): string {
  return label.padEnd(LABEL_WIDTH) + text
}

function titleOf({ pipeline, input, order, clockTime, speed }: ViewState): string {
  const pace = speed === 1 ? '' : ` at ${formatCount(speed)}×`
  return `Millrace · ${pipeline} · ${input.name} · order ${order} · clock ${formatTime(clockTime)}${pace}`
}

function progressLine(state: ViewState): string {
  const { phase, totals, input } = state
  const progress = progressOf(state)
  const bar =
    progress === undefined ? '' : `${formatBar(progress, BAR_WIDTH)} ${Math.floor(100 * progress)} %  `
  const of = phase === 'history' || input.size === undefined ? '' : ` of ${formatCount(input.size)}`
  const counted = phase === 'history' ? totals.sent : totals.counted
  return `${phase.padEnd(LABEL_WIDTH)}${bar}${formatCount(counted)}${of} events, at ${formatTime(totals.eventTime)}`
}

function resultLines({ totals, predictionsPerSecond, input }: ViewState): FrameLine[] {
  const { hits, latency, deadLetters, predictions } = totals
  const rate = formatCount(predictionsPerSecond)
  const refused = sumOf(deadLetters)
  const quantiles = `p50 ${formatMilliseconds(latency.p50)}   p99 ${formatMilliseconds(latency.p99)}`
  const drift = describeDrift(totals.drift)
  return [
    line(labelled('predictions', `${formatCount(predictions)}   ${rate}/s`)),
    ...(input.hasLabels
      ? [
          line(
            labelled(
              'frauds',
              `${formatCount(hits.caught)} caught   ${formatCount(hits.missed)} missed   ${formatCount(hits.falseAlarms)} false alarms   of ${formatCount(hits.labelled)} labelled`,
            ),
          ),
        ]
      : []),
    line(labelled('latency', latency.count === 0 ? 'measured once the input has caught up' : quantiles)),
    line(labelled('drift', drift.text), drift.isAlert ? 'alert' : 'plain'),
    line(
      labelled('dead letters', refused === 0 ? '0' : formatReasons(deadLetters)),
      refused === 0 ? 'plain' : 'alert',
    ),
  ]
}

/** Every character that we draw takes one column. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
