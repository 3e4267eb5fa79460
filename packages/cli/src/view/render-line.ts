import { describeDrift } from './describe-drift.ts'
import { formatCount, formatMilliseconds, formatTime, sumOf } from './format.ts'
import { progressOf, type ViewState } from './view-state.ts'

/** A run in one line, for where there is no terminal. */
export function renderLine(state: ViewState): string {
  const { totals, phase, stages, input } = state
  const { hits, latency, drift, deadLetters } = totals
  const progress = progressOf(state)
  const parts = [
    phase + (progress === undefined ? '' : ` ${Math.floor(100 * progress)} %`),
    `event time ${formatTime(totals.eventTime)}`,
    `${formatCount(totals.predictions)} predictions (${formatCount(state.predictionsPerSecond)}/s)`,
    `lag ${formatCount(stages.reduce((lag, stage) => lag + stage.lag, 0))}`,
    ...(input.hasLabels
      ? [`frauds ${hits.caught} caught ${hits.missed} missed ${hits.falseAlarms} false`]
      : []),
    ...(latency.count > 0
      ? [`p50 ${formatMilliseconds(latency.p50)} p99 ${formatMilliseconds(latency.p99)}`]
      : []),
    `drift ${drift.latest?.level ?? drift.latest?.status ?? '–'}`,
    ...(sumOf(deadLetters) > 0 ? [`${formatCount(sumOf(deadLetters))} dead letters`] : []),
  ]
  return describeDrift(drift).isAlert ? `${parts.join(' · ')} !` : parts.join(' · ')
}
