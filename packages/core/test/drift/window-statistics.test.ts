import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ModelIdentity, type StatisticsState, type WindowCounts, WindowStatistics } from '@millrace/core'
import { HOUR, MODEL, NEXT_MODEL, quarters } from './fixtures.ts'
import { SeededRandom } from './seeded-random.ts'

const GRACE = HOUR / 2

const OPTIONS = { inputs: ['x'], window: HOUR, grace: GRACE }

/** Statistics, and two versions of the model that they count. */
function countersOf() {
  const statistics = new WindowStatistics(OPTIONS)
  const counted = (model: ModelIdentity) => statistics.countedModel(model, quarters(model))
  return { statistics, state: statistics.init(), model: counted(MODEL), next: counted(NEXT_MODEL) }
}

function takeAll(statistics: WindowStatistics, state: StatisticsState): WindowCounts[] {
  const taken: WindowCounts[] = []
  for (let next = statistics.takeClosed(state); next; next = statistics.takeClosed(state)) taken.push(next)
  return taken
}

/** The windows closed by events at these times (in hours), each with its start (in hours), events and late ones. */
function closedBy(...times: number[]) {
  const { statistics, state, model } = countersOf()
  for (const time of times) statistics.add(state, model, time * HOUR, [0], 0)
  return takeAll(statistics, state).map(({ window, events, late }) => [window.start / HOUR, events, late])
}

test('a closed window holds the counts of every input and of the score', () => {
  const { statistics, state, model } = countersOf()
  statistics.add(state, model, 10 * HOUR + 5, [2.5], 0.2)
  statistics.add(state, model, 10 * HOUR + 3, [null], 1)
  statistics.add(state, model, 11 * HOUR - 1, [9], Number.NaN)
  statistics.add(state, model, 11 * HOUR + GRACE, [0], 0)
  assert.deepEqual(statistics.takeClosed(state), {
    model: MODEL,
    window: { start: 10 * HOUR, end: 11 * HOUR },
    firstEventTime: 10 * HOUR + 3,
    events: 3,
    late: 0,
    features: { x: { missing: 1, counts: [0, 0, 1, 1] }, score: { missing: 1, counts: [2, 0, 0, 0] } },
  })
  assert.equal(statistics.takeClosed(state), undefined)
})

test('a window includes its start, excludes its end, and is aligned to the epoch', () => {
  assert.deepEqual(closedBy(1, 1.999, 2, 9), [
    [1, 2, 0],
    [2, 1, 0],
  ])
  assert.deepEqual(closedBy(-0.5, 9), [[-1, 1, 0]])
})

test('a window closes at the first event that lies the grace past its end', () => {
  assert.deepEqual(closedBy(1, 2.499), [])
  assert.deepEqual(closedBy(1, 2.5), [[1, 1, 0]])
})

test('within the grace an event counts in its own window', () => {
  assert.deepEqual(closedBy(1, 2.4, 1.95, 2.6), [[1, 2, 0]])
})

test('an event whose window is closed is counted as late in the window of the latest event', () => {
  assert.deepEqual(closedBy(1, 2.6, 1.5, 0.5, 9), [
    [1, 1, 0],
    [2, 1, 2],
  ])
})

test('windows close in their order, however the events came, and empty ones are left out', () => {
  assert.deepEqual(closedBy(2.2, 1.9, 7), [
    [1, 1, 0],
    [2, 1, 0],
  ])
})

test('an event may close several windows, and each is taken alone', () => {
  const { statistics, state, model } = countersOf()
  for (const time of [1, 2.2, 7]) statistics.add(state, model, time * HOUR, [0], 0)
  assert.equal(statistics.takeClosed(state)?.window.start, HOUR)
  statistics.add(state, model, 7.1 * HOUR, [0], 0)
  assert.equal(statistics.takeClosed(state)?.window.start, 2 * HOUR)
  assert.equal(statistics.takeClosed(state), undefined)
})

test('each version of the model has windows of its own, side by side', () => {
  const { statistics, state, model, next } = countersOf()
  for (const time of [1.9, 2.2]) statistics.add(state, model, time * HOUR, [0], 0)
  for (const time of [2.3, 1.8]) statistics.add(state, next, time * HOUR, [5], 5)
  statistics.add(state, model, 2.4 * HOUR, [0], 0)
  statistics.add(state, next, 4 * HOUR, [5], 5)
  const seen = takeAll(statistics, state).map(({ model: { version }, window, events, features }) => ({
    version,
    start: window.start / HOUR,
    events,
    counts: features['x']!.counts,
  }))
  assert.deepEqual(seen, [
    { version: '2', start: 1, events: 1, counts: [0, 0, 0, 1] },
    { version: '1', start: 1, events: 1, counts: [1, 0, 0, 0] },
    { version: '2', start: 2, events: 1, counts: [0, 0, 0, 1] },
    { version: '1', start: 2, events: 2, counts: [2, 0, 0, 0] },
  ])
})

test('a late event that is the first of a model is not lost', () => {
  const { statistics, state, model, next } = countersOf()
  statistics.add(state, model, 5.2 * HOUR, [0], 0)
  statistics.add(state, next, 1 * HOUR, [0], 0)
  statistics.add(state, next, 7 * HOUR, [0], 0)
  const seen = takeAll(statistics, state).map(({ model: { version }, events, late }) => [
    version,
    events,
    late,
  ])
  assert.deepEqual(seen, [
    ['2', 0, 1],
    ['1', 1, 0],
  ])
})

test('a state survives encoding at any point', () => {
  const { statistics, state, model, next } = countersOf()
  assert.deepEqual(statistics.decode(statistics.encode(state)), state)
  for (const time of [1, 2.6, 1.5, 2.9, 3.1]) {
    statistics.add(state, model, time * HOUR, [time], Number.NaN)
    statistics.add(state, next, time * HOUR, [time], 1)
  }
  assert.deepEqual(statistics.decode(statistics.encode(state)), state)
})

test('a state of another codec version is refused', () => {
  const { statistics } = countersOf()
  const bytes = statistics.encode(statistics.init()).with(0, 9)
  assert.throws(() => statistics.decode(bytes), { code: 'STATE_VERSION_UNKNOWN' })
})

test('a reference that lacks an input or belongs to another model is refused', () => {
  const wider = new WindowStatistics({ ...OPTIONS, inputs: ['x', 'y'] })
  assert.throws(() => wider.countedModel(MODEL, quarters()), { code: 'MODEL_INVALID', message: /it lacks y/ })
  assert.throws(() => new WindowStatistics(OPTIONS).countedModel(NEXT_MODEL, quarters()), {
    code: 'MODEL_INVALID',
    message: /names another model/,
  })
})

test('what the windows hold equals a batch count, and no event is lost', () => {
  const random = new SeededRandom(23)
  const { statistics, model } = countersOf()
  const events = Array.from({ length: 5_000 }, (_, i) => ({
    time: Math.floor((i / 100 - random.uniform() ** 4 * 4) * HOUR),
    x: random.below(6),
  }))
  let state = statistics.init()
  const windows: WindowCounts[] = []
  for (const { time, x } of [...events, { time: 99 * HOUR, x: 0 }]) {
    statistics.add(state, model, time, [x], 0)
    windows.push(...takeAll(statistics, state))
    if (random.below(50) === 0) state = statistics.decode(statistics.encode(state))
  }
  assert.deepEqual(windows.map(summaryOf), batchOf(events))
})

function summaryOf({ window, late, features }: WindowCounts) {
  return { start: window.start, counts: features['x']!.counts, late }
}

/** The same by looking at all events again for every window. */
function batchOf(events: readonly { time: number; x: number }[]) {
  let latest = -Infinity
  const placed = events.map(({ time, x }) => {
    latest = Math.max(latest, time)
    const start = Math.floor(time / HOUR) * HOUR
    const isLate = start + HOUR + GRACE <= latest
    return { x, isLate, start: isLate ? Math.floor(latest / HOUR) * HOUR : start }
  })
  const starts = [...new Set(placed.map(({ start }) => start))].sort((a, b) => a - b)
  return starts.map(start => {
    const here = placed.filter(event => event.start === start)
    const values = here.filter(event => !event.isLate).map(event => event.x)
    const bins = [(x: number) => x <= 1, (x: number) => x === 2, (x: number) => x === 3, (x: number) => x > 3]
    return {
      start,
      counts: bins.map(isIn => values.filter(isIn).length),
      late: here.filter(event => event.isLate).length,
    }
  })
}
