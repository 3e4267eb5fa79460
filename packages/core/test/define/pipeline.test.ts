import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from '../../src/define/window.ts'
import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  type EventType,
  type FeatureView,
  flag,
  forgettingViews,
  hopping,
  hours,
  MillraceError,
  type Model,
  type PipelineOptions,
  routeOf,
  session,
  text,
  timeSinceLast,
  timestamp,
  tumbling,
} from '../../src/index.ts'

const shared = { id: text('id'), at: timestamp('time'), card: text('card') }
const roles = { key: 'card', id: 'id', eventTime: 'at' } as const
const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  fields: { ...shared, amount: double('amount') },
  ...roles,
})
const label = defineEvent({
  name: 'label',
  topic: 'labels',
  fields: { ...shared, isFraud: flag('fraud') },
  ...roles,
})
const card = defineFeatureView({
  name: 'card',
  entity: 'card',
  sources: [payment],
  features: { card_count_1d: count(payment, { window: days(1) }) },
})
const onDemand = defineOnDemand({ source: payment, features: { amount: event => event.amount } })
const model: Model = defineModel({
  name: 'fraud',
  path: 'models',
  features: [onDemand, card],
  inputs: ['amount', 'card_count_1d'],
  decisions: [],
})
const OPTIONS: PipelineOptions = {
  name: 'card-fraud',
  events: [payment, label],
  views: [card],
  onDemand,
  model,
  monitor: defineMonitor({ window: days(7) }),
  outcome: { source: label, field: 'isFraud' },
}

/** The faults of the valid pipeline with some parts replaced. */
function faultsOf(changed: Partial<PipelineOptions>): readonly string[] {
  try {
    definePipeline({ ...OPTIONS, ...changed })
    return []
  } catch (error) {
    assert.ok(error instanceof MillraceError)
    const faults = error.details['faults'] as readonly string[]
    assert.equal(error.code, 'DECLARATION_INVALID')
    assert.equal(error.message, `The pipeline cannot be used:\n- ${faults.join('\n- ')}`)
    return faults
  }
}

const withEvent = (changed: Partial<EventType>): Partial<PipelineOptions> => ({
  events: [payment, { ...label, ...changed }],
})
const withView = (changed: Partial<FeatureView>): Partial<PipelineOptions> => ({
  views: [{ ...card, ...changed }],
})
const withFeature = (changed: object): Partial<PipelineOptions> =>
  withView({ features: { card_count_1d: { ...card.features.card_count_1d, ...changed } } })

test('a pipeline has a namespace by name and version, and knows what it scores', () => {
  const pipeline = definePipeline(OPTIONS)
  assert.deepStrictEqual(
    [pipeline.version, pipeline.namespace, pipeline.scored],
    [1, 'card-fraud.v1', payment],
  )
  assert.equal(definePipeline({ ...OPTIONS, version: 3 }).namespace, 'card-fraud.v3')
})

test('an event visits the views that name it as a source, in their order', () => {
  const both: FeatureView = { ...card, name: 'both', sources: [label, payment] }
  const views = [both, card]
  assert.deepStrictEqual(routeOf({ views }, payment), [both, card])
  assert.deepStrictEqual(routeOf({ views }, label), [both])
})

test('a tombstone is heard by the visited views that its key names', () => {
  const other: FeatureView = { ...card, name: 'other', entity: 'id' }
  const labels: FeatureView = { ...card, name: 'labels', sources: [label] }
  assert.deepStrictEqual(forgettingViews({ views: [other, card, labels] }, payment), [card])
})

const FAULTS: readonly (readonly [Partial<PipelineOptions>, readonly string[]])[] = [
  [
    { name: 'Card Fraud' },
    ['pipeline "Card Fraud": use lower-case letters, digits, _ and -, starting with a letter'],
  ],
  [
    { model: { ...model, name: '1fraud' } },
    ['model "1fraud": use lower-case letters, digits, _ and -, starting with a letter'],
  ],
  [
    withView({ name: 'c'.repeat(64) }),
    [`feature view "${'c'.repeat(64)}": use lower-case letters, digits, _ and -, starting with a letter`],
  ],
  [
    withView({ name: 'clean' }),
    ['feature view "clean": the name is that of a topic or stage of its own: take another'],
  ],
  [withEvent({ name: 'payment' }), ['event type "payment" is declared twice: rename one']],
  [withEvent({ key: 'kard' }), ['event type "label": its key "kard" is not one of its fields']],
  [
    withEvent({ id: 'a', eventTime: 'b' }),
    [
      'event type "label": its id "a" is not one of its fields',
      'event type "label": its eventTime "b" is not one of its fields',
    ],
  ],
  [{ events: [label] }, ['feature view "card": its source "payment" is not among the pipeline\'s events']],
  [
    withView({ entity: 'amount' }),
    ['feature view "card": its entity "amount" is no text or integer field of "payment"'],
  ],
  [
    withFeature({ source: label }),
    [`feature view "card", feature "card_count_1d": add its event type "label" to the view's sources`],
  ],
  [
    withFeature({ kind: 'sum', field: 'sum' }),
    ['feature view "card", feature "card_count_1d": "payment" has no field "sum"'],
  ],
  [
    withFeature({ window: windowOf({ window: 0 }) }),
    [
      `feature view "card", feature "card_count_1d": its window must be a whole number of ms, longer than 0 ms`,
    ],
  ],
  [
    withFeature({ window: windowOf({ window: days(1), offset: -1 }) }),
    [`feature view "card", feature "card_count_1d": its offset must be a whole number of ms, not negative`],
  ],
  [
    withFeature({ window: windowOf({ window: NaN, offset: NaN }) }),
    [
      `feature view "card", feature "card_count_1d": its window must be a whole number of ms, longer than 0 ms`,
      `feature view "card", feature "card_count_1d": its offset must be a whole number of ms, not negative`,
    ],
  ],
  [
    withFeature({ window: tumbling(0.5) }),
    [
      `feature view "card", feature "card_count_1d": its window must be a whole number of ms, longer than 0 ms`,
      `feature view "card", feature "card_count_1d": the step of its window must be a whole number of ms, longer than 0 ms`,
    ],
  ],
  [
    withFeature({ window: hopping(hours(3), hours(2), { ago: -1 }) }),
    [
      `feature view "card", feature "card_count_1d": the size of its window must be a multiple of its step`,
      `feature view "card", feature "card_count_1d": its \`ago\` must be a whole number of windows, not negative`,
    ],
  ],
  [
    withFeature({ window: session(hours(2), { maxLength: hours(1) }) }),
    [
      `feature view "card", feature "card_count_1d": the \`maxLength\` of its session must not be shorter than its gap`,
    ],
  ],
  [
    withFeature(timeSinceLast(payment, { window: days(1) })),
    [
      `feature view "card", feature "card_count_1d": it is always 0, since the scored event is itself counted: set \`skip: 1\``,
    ],
  ],
  [
    withFeature({ kind: 'quantile', field: 'amount', q: 2 }),
    [`feature view "card", feature "card_count_1d": its q must be from 0 to 1`],
  ],
  [
    withFeature({ kind: 'lag', field: 'amount', steps: -1 }),
    [`feature view "card", feature "card_count_1d": its steps must be a whole number, not negative`],
  ],
  [
    withFeature({ kind: 'decayed-mean', field: 'amount', halfLife: 0 }),
    [`feature view "card", feature "card_count_1d": its half-life must be longer than 0 ms`],
  ],
  [
    withFeature({ kind: 'slope', field: 'amount', per: 0 }),
    [`feature view "card", feature "card_count_1d": its \`per\` must be longer than 0 ms`],
  ],
  [
    withFeature({ whenEmpty: 'nothing' }),
    [`feature view "card", feature "card_count_1d": its values are numbers, so \`whenEmpty\` must be one`],
  ],
  [
    withView({ ttl: 1 }),
    [
      `feature view "card": its ttl (1 ms) is shorter than its windows reach back (${days(1)} ms): make it at least that`,
    ],
  ],
  [withView({ maxEntries: 0 }), ['feature view "card": its maxEntries must be a whole number from 1 on']],
  [
    { onDemand: { source: payment, features: { amount: () => 0, card_count_1d: () => 0 } } },
    ['feature "card_count_1d" is declared twice: rename one'],
  ],
  [
    { model: { ...model, inputs: ['amount', 'amont'] } },
    ['model "fraud": its input "amont" is no declared feature'],
  ],
  [
    { onDemand: { source: label, features: { amount: () => 0 } } },
    ['feature view "card": add the scored event type "label" to its sources, so that events visit it'],
  ],
  [
    withEvent({ tombstones: 'erase' }),
    ['event type "label": its tombstones erase nothing, since no view of its events has the entity "card"'],
  ],
  [
    { model: { ...model, canary: { share: 5 } } },
    ['model "fraud": the share of its canary must be from 0 to 1, not 5'],
  ],
  [
    { model: { ...model, canary: { share: Number.NaN } } },
    ['model "fraud": the share of its canary must be from 0 to 1, not NaN'],
  ],
  [{ outcome: { source: label, field: 'card' } }, ['outcome: "card" is no flag of "label"']],
]

test('every fault of a declaration is refused, with its place and its mend', () => {
  assert.deepStrictEqual(faultsOf({}), [])
  for (const [changed, faults] of FAULTS) assert.deepStrictEqual(faultsOf(changed), faults)
})

test('all faults are told at once', () => {
  const views = [card, card]
  assert.deepStrictEqual(faultsOf({ name: '', views }), [
    'pipeline "": use lower-case letters, digits, _ and -, starting with a letter',
    'feature view "card" is declared twice: rename one',
    'feature "card_count_1d" is declared twice: rename one',
  ])
})
