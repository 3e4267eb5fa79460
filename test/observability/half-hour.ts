import { stringify } from 'yaml'
import { filesOf } from './rules.ts'

/** A series as it was recorded, one value a step. */
export interface RecordedSeries {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [seconds: number, value: string])[]
}

export interface Recording {
  readonly series: readonly RecordedSeries[]
  /** Epoch seconds of the first step. */
  readonly from: number
  readonly steps: number
  readonly stepSeconds: number
}

/** Alerts that fire, except those that judge how fast the machine is: a busy one is slow, and they are right then. */
export const FIRING =
  'ALERTS{alertstate="firing",alertname!="EventLoopBlocked",slo!~"scoring-latency|prediction-freshness"}'

const HALF_HOUR_SECONDS = 1_800
const COUNTER = /_(total|count|sum|bucket)$/
const TIME = /_timestamp_seconds$|^process_start_time_seconds$/

/**
 * A test for promtool in which everything goes on for half an hour as it was recorded: counters grow on, gauges repeat
 * themselves, times move with the clock. The rules are evaluated on it, and no alert may fire.
 */
export function halfHourTest(recording: Recording): string {
  const { stepSeconds, series } = recording
  const services = series.filter(({ metric }) => metric['__name__'] === 'up').length
  const step = `${stepSeconds}s`
  return stringify({
    rule_files: filesOf('rules'),
    evaluation_interval: step,
    tests: [
      {
        interval: step,
        input_series: series.map(each => ({
          series: nameOf(each.metric),
          values: playedOn(each, recording).join(' '),
        })),
        promql_expr_test: [
          { expr: 'count(up == 1)', eval_time: '30m', exp_samples: [{ labels: '{}', value: services }] },
          { expr: `max_over_time(${FIRING}[30m])`, eval_time: '30m' },
        ],
      },
    ],
  })
}

function nameOf({ __name__: name, ...labels }: RecordedSeries['metric']): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${name}{${pairs.join(',')}}`
}

/** The values of half an hour; the last step of each turn is the first of the next. */
function playedOn({ metric, values }: RecordedSeries, { from, steps, stepSeconds }: Recording): string[] {
  const name = metric['__name__']!
  const known = values.map(([, value]) => Number(value))
  const recorded = [...Array.from({ length: steps - known.length }, () => known[0]!), ...known]
  const turn = steps - 1
  const grown = recorded.at(-1)! - recorded[0]!
  const growth = COUNTER.test(name) ? grown : TIME.test(name) && grown > 0 ? turn * stepSeconds : 0
  const offset = TIME.test(name) ? from : 0
  return Array.from({ length: HALF_HOUR_SECONDS / stepSeconds + 1 }, (_, i) =>
    written(recorded[i % turn]! + Math.floor(i / turn) * growth - offset),
  )
}

function written(value: number): string {
  return Number.isNaN(value) ? 'NaN' : String(Number(value.toFixed(9)))
}
