import type { SeededRandom } from '@millrace/testkit'
import {
  type Aggregation,
  count,
  type DeclaredWindow,
  decayedMean,
  defineEvent,
  distinctCount,
  double,
  type EventValues,
  first,
  flag,
  hopping,
  integer,
  lag,
  last,
  lastN,
  max,
  mean,
  min,
  money,
  mostFrequent,
  type Precision,
  quantile,
  ratio,
  session,
  slope,
  standardDeviation,
  sum,
  text,
  timeSinceLast,
  timestamp,
  tumbling,
  variance,
} from '../../src/index.ts'

export const reading = defineEvent({
  name: 'reading',
  topic: 'readings',
  key: 'machine',
  id: 'id',
  eventTime: 'at',
  grace: 60,
  fields: {
    id: text('id'),
    at: timestamp('time'),
    machine: text('machine'),
    cost: money('cost', { min: -1e6, max: 1e6 }),
    level: double('level'),
    units: integer('units', { min: -1_000, max: 1_000 }),
    big: integer('a number that is too large for running totals'),
    alarm: flag('alarm'),
    state: text('state'),
    pressure: double('pressure, where there is a gauge', { optional: true }),
    note: text('what somebody wrote', { optional: true }),
  },
})

/** Every kind of aggregation over `window`, of every kind of field that it takes, some with a filter. */
export function everyAggregation(window: DeclaredWindow): Readonly<Record<string, Aggregation>> {
  const where = ({ alarm }: { readonly alarm: boolean }): boolean => alarm
  return {
    count: count(reading, window),
    count_where: count(reading, window, { where }),
    sum_money: sum(reading, 'cost', window),
    sum_double: sum(reading, 'level', window),
    sum_big: sum(reading, 'big', window),
    sum_where: sum(reading, 'units', window, { where, whenEmpty: -1 }),
    mean_money: mean(reading, 'cost', window),
    mean_double_where: mean(reading, 'level', window, { where, whenEmpty: Number.NaN }),
    ratio: ratio(reading, 'alarm', window),
    variance: variance(reading, 'level', window),
    variance_money: variance(reading, 'cost', window, { whenEmpty: 0 }),
    deviation: standardDeviation(reading, 'level', window, { where }),
    min: min(reading, 'level', window),
    max: max(reading, 'units', window, { where, whenEmpty: 0 }),
    first: first(reading, 'state', window),
    first_number: first(reading, 'cost', window, { where }),
    last: last(reading, 'state', window),
    last_flag: last(reading, 'alarm', window),
    lag: lag(reading, 'level', 2, window, { whenEmpty: 0 }),
    lag_where: lag(reading, 'state', 1, window, { where, whenEmpty: 'none' }),
    ...lastN('recent', reading, 'units', 3, window),
    distinct: distinctCount(reading, 'state', window),
    distinct_where: distinctCount(reading, 'units', window, { where }),
    median: quantile(reading, 'level', 0.5, window),
    p90: quantile(reading, 'level', 0.9, window),
    lowest: quantile(reading, 'cost', 0, window, { where }),
    decayed: decayedMean(reading, 'level', 17, window),
    since: timeSinceLast(reading, window),
    since_previous: timeSinceLast(reading, window, { skip: 1 }),
    since_alarm: timeSinceLast(reading, window, { where, whenEmpty: 1e9 }),
    frequent: mostFrequent(reading, 'state', window),
    frequent_units: mostFrequent(reading, 'units', window, { where }),
    last_known: last(reading, 'pressure', window),
    last_known_where: last(reading, 'note', window, { where }),
    mean_known: mean(reading, 'pressure', window),
    distinct_known: distinctCount(reading, 'note', window),
    slope: slope(reading, 'level', window, { per: 10 }),
    slope_where: slope(reading, 'units', window, { where }),
  }
}

/** Windows so short that random times often lie exactly on a border. */
export function everyWindow(precision: Precision): Readonly<Record<string, DeclaredWindow>> {
  return {
    sliding: { window: 60, precision },
    sliding_long: { window: 240, precision },
    sliding_offset: { window: 50, offset: 30, precision },
    tumbling: tumbling(40, { precision }),
    tumbling_before: tumbling(25, { ago: 1, precision }),
    hopping: hopping(90, 30, { precision }),
    hopping_before: hopping(40, 10, { ago: 2, precision }),
    session: session(12, { maxLength: 100, precision }),
  }
}

/** What a stream of events does with time. */
export interface Flow {
  /** Steps (ms) from one event to the next. */
  readonly steps: readonly number[]
  /** How much older than the newest one an event may be (ms). */
  readonly disorder: number
}

export const FLOWS: Readonly<Record<string, Flow>> = {
  'in order, with ties': { steps: [0, 0, 1, 2, 5, 20], disorder: 0 },
  'out of order, within the grace': { steps: [0, 0, 1, 2, 5], disorder: 60 },
  'late, beyond the grace': { steps: [0, 1, 2, 5], disorder: 300 },
  'with gaps of years': { steps: [0, 1, 5, 40, 70_000_000_000], disorder: 30 },
  'time going back': { steps: [1, 2, 5, -20, -7], disorder: 10 },
}

export interface Reading {
  readonly source: typeof reading
  readonly event: EventValues
  readonly time: number
}

export function randomReadings(random: SeededRandom, n: number, { steps, disorder }: Flow): Reading[] {
  let now = 1_767_225_600_000 + random.integer(0, 1_000)
  return Array.from({ length: n }, (_, i) => {
    now += random.pick(steps)
    return readingAt(random, i, now - (random.chance(0.3) ? random.integer(0, disorder) : 0))
  })
}

export function readingAt(random: SeededRandom, i: number, time: number): Reading {
  const event = {
    id: `r${i}`,
    at: time,
    machine: 'm',
    cost: random.integer(-100_000_000, 100_000_000) / 100,
    level: (random.next() - 0.3) * 10 ** random.integer(-3, 6),
    units: random.integer(-5, 5),
    big: random.integer(-1e15, 1e15),
    alarm: random.chance(0.4),
    state: random.pick(['on', 'off', 'übergang', 'idle']),
    pressure: random.chance(0.5) ? random.next() : null,
    note: random.chance(0.3) ? random.pick(['leaks', 'hums']) : null,
  }
  return { source: reading, event, time }
}
