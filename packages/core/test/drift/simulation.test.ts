import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  advanceMonitor,
  type DriftVerdict,
  defineMonitor,
  emptyDriftState,
  type ModelIdentity,
  type ModelReference,
  type RetrainingRequest,
  type StatisticsRecord,
  type StatisticsState,
  WindowStatistics,
} from '@millrace/core'
import { HOUR, MODEL, NEXT_MODEL } from './fixtures.ts'
import { SeededRandom } from './seeded-random.ts'
import { type Change, drawEvent, drawReference, INPUTS, NO_CHANGE } from './traffic.ts'

const SEED = 20_260_105
const EVENTS_PER_WINDOW = 1_000
const GRACE = HOUR / 4
const monitor = defineMonitor({ window: HOUR })
const reference = drawReference(MODEL, SEED + 1, 20_000)

interface Scenario {
  readonly windows: number
  /** The change at work in a window. */
  readonly changeIn?: (window: number) => Change
  readonly modelIn?: (window: number) => ModelIdentity
  readonly references?: readonly ModelReference[]
  /** Partitions of the score stage that get events, of three. */
  readonly busy?: number
}

interface Outcome {
  readonly verdicts: Omit<DriftVerdict, 'parent' | 'version'>[]
  readonly requests: RetrainingRequest[]
  /** Events in windows that were closed, late ones included. */
  readonly reported: number
}

/** Sends a scenario's events, a little out of order, through the score stage's part and then the monitor's. */
function simulate(scenario: Scenario): Outcome {
  const references = scenario.references ?? [reference]
  const referenceOf = ({ version }: ModelIdentity) =>
    references.find(({ model }) => model.version === version)!
  let state = emptyDriftState(3)
  const outcome = { verdicts: [] as Outcome['verdicts'], requests: [] as RetrainingRequest[], reported: 0 }
  for (const record of scoreAll(scenario, referenceOf)) {
    const { verdict, request, state: after } = advanceMonitor(state, record, { monitor, referenceOf })
    state = after
    if (verdict !== undefined) outcome.verdicts.push(verdict)
    if (request !== undefined) outcome.requests.push(request)
    outcome.reported += record.events + record.late
  }
  return outcome
}

function* scoreAll(
  { windows, changeIn = () => NO_CHANGE, modelIn = () => MODEL, busy = 3 }: Scenario,
  referenceOf: (model: ModelIdentity) => ModelReference,
): Generator<StatisticsRecord> {
  const random = new SeededRandom(SEED)
  const states = Array.from(
    { length: busy },
    (): StatisticsState => ({ latest: -Infinity, open: [], closed: [] }),
  )
  const statistics = new WindowStatistics({ inputs: INPUTS, window: HOUR, grace: GRACE })
  for (let window = 0; window < windows; window++) {
    const model = modelIn(window)
    const counted = statistics.countedModel(model, referenceOf(model))
    for (let i = 0; i < EVENTS_PER_WINDOW; i++) {
      const partition = random.below(busy)
      const state = states[partition]!
      const delay = random.uniform() / 20
      const time = Math.max(0, Math.floor((window + i / EVENTS_PER_WINDOW - delay) * HOUR))
      const { vector, score } = drawEvent(random, changeIn(window))
      statistics.add(state, counted, time, vector, score)
      const closed = statistics.takeClosed(state)
      const parent = { partition, input: 0, via: 0, offset: window * EVENTS_PER_WINDOW + i }
      if (closed !== undefined) yield { parent, partition, lateByMs: 0, ...closed }
    }
  }
}

const within = (window: number, from: number, to: number) => window >= from && window < to
const shifted: Change = (input, value) => (input === 'wide' ? value + 20 : value)
const scaled: Change = (input, value) => (input === 'normal' ? value * 2 : value)

/** The index of the window in which each requested episode opened, with what drifted. */
const openings = ({ requests }: Outcome) =>
  requests.map(({ window, reason }) => [window.start / HOUR, ...reason.map(({ feature }) => feature)])

test('traffic without drift stays stable for 200 windows of 1,000 events over 16 features and the score', () => {
  const { verdicts, requests, reported } = simulate({ windows: 202 })
  assert.deepEqual(requests, [])
  assert.deepEqual(new Set(verdicts.map(({ level }) => level)), new Set(['stable']))
  assert.deepEqual(
    verdicts.slice(0, 200).map(({ window }) => window.start / HOUR),
    Array.from({ length: 200 }, (_, i) => i),
  )
  assert.ok(reported >= 200 * EVENTS_PER_WINDOW)
})

test('a shift of the mean is found in the first window after it, and asked about once in the second', () => {
  const outcome = simulate({ windows: 20, changeIn: window => (window >= 8 ? shifted : NO_CHANGE) })
  assert.equal(outcome.verdicts[8]!.level, 'drift')
  assert.deepEqual(openings(outcome), [[9, 'wide']])
})

test('a change of the scale is found in the first window after it, and asked about once in the second', () => {
  const outcome = simulate({ windows: 20, changeIn: window => (window >= 8 ? scaled : NO_CHANGE) })
  assert.equal(outcome.verdicts[8]!.level, 'drift')
  assert.deepEqual(openings(outcome), [[9, 'normal']])
})

test('a second episode after a quiet time asks for a second model', () => {
  const changeIn = (window: number) => {
    if (within(window, 5, 10)) return shifted
    return within(window, 15, 20) ? scaled : NO_CHANGE
  }
  const outcome = simulate({ windows: 25, changeIn })
  assert.deepEqual(openings(outcome), [
    [6, 'wide'],
    [16, 'normal'],
  ])
  const open = outcome.verdicts
    .filter(({ episode }) => episode !== null)
    .map(({ window }) => window.start / HOUR)
  assert.deepEqual(open, [6, 7, 8, 9, 10, 16, 17, 18, 19, 20])
})

test('a partition without any event delays the verdicts, and changes none', () => {
  const changeIn = (window: number) => (window >= 8 ? shifted : NO_CHANGE)
  const outcome = simulate({ windows: 20, changeIn, busy: 2 })
  assert.deepEqual(openings(outcome), [[9, 'wide']])
  assert.deepEqual(
    outcome.verdicts.map(({ window }) => window.start / HOUR),
    Array.from({ length: outcome.verdicts.length }, (_, i) => i),
  )
})

test('a model that was trained on what changed is at peace with it', () => {
  const references = [reference, drawReference(NEXT_MODEL, SEED + 2, 20_000, shifted)]
  const changeIn = (window: number) => (window >= 5 ? shifted : NO_CHANGE)
  const modelIn = (window: number) => (window >= 10 ? NEXT_MODEL : MODEL)
  const outcome = simulate({ windows: 20, changeIn, modelIn, references })
  assert.deepEqual(openings(outcome), [[6, 'wide']])
  const afterwards = outcome.verdicts.filter(({ model }) => model.version === NEXT_MODEL.version)
  assert.ok(afterwards.length >= 7)
  assert.deepEqual(new Set(afterwards.map(({ level }) => level)), new Set(['stable', null]))
  assert.deepEqual(new Set(afterwards.map(({ episode }) => episode)), new Set([null]))
})
