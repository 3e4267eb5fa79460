import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  days,
  defineEvent,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  definePushedView,
  type EventValues,
  type FeatureValue,
  integer,
  isPushedView,
  money,
  text,
  timestamp,
  topicPlan,
  topics,
  ViewEngine,
} from '../../src/index.ts'

const NOW = Date.UTC(2025, 0, 10)

const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  key: 'shop',
  id: 'paymentId',
  eventTime: 'at',
  fields: { paymentId: text('id'), at: timestamp('time'), shop: text('shop'), amount: money('amount') },
})

const options = {
  name: 'shop_profile',
  entity: 'shop',
  eventTime: 'computedAt',
  fields: {
    shop: text('shop'),
    computedAt: timestamp('time'),
    limit: money('limit'),
    segment: text('segment'),
    staff: integer('people', { min: 0 }),
  },
} as const

const profile = definePushedView({ ...options, visitedBy: [payment], ttl: days(7) })

const onDemand = defineOnDemand({ source: payment, features: { amount: event => event.amount } })

const pipeline = definePipeline({
  name: 'test',
  events: [payment],
  views: [profile],
  onDemand,
  model: defineModel({
    name: 'model',
    path: 'models',
    features: [onDemand, profile],
    inputs: ['amount', 'limit', 'staff'],
    decisions: [{ decision: 'approve', from: 0 }],
  }),
  monitor: defineMonitor({ window: days(1) }),
})

function row(at: number, limit: number, segment = 'a'): EventValues {
  return { rowId: `${at} ${limit}`, shop: 's1', computedAt: at, limit, segment, staff: 3 }
}

/** What the view tells at `time` after these rows, in this order of handling. */
function valuesAfter(rows: readonly EventValues[], time: number): FeatureValue[] {
  const engine = new ViewEngine(profile, payment)
  const state = engine.init()
  for (const event of rows) engine.add(state, profile.rows, event)
  const values: FeatureValue[] = []
  engine.evaluate(engine.decode(engine.encode(state)), time, values, 0)
  return values
}

test('the columns of a row that are not its entity or its time are the features', () => {
  assert.deepStrictEqual(Object.keys(profile.features), ['limit', 'segment', 'staff'])
  assert.deepStrictEqual([profile.pushSource, isPushedView(profile)], ['shop_profile', true])
})

test('a pipeline with a pushed view has its rows among its events, with topics of their own', () => {
  assert.deepStrictEqual(pipeline.events, [payment, profile.rows])
  const names = topicPlan(pipeline, { raw: 1, stage: 1 }).map(({ name }) => name)
  assert.deepStrictEqual(
    names.filter(name => name.startsWith('shop_profile')),
    ['shop_profile.pushed', 'shop_profile.pushed.dlq'],
  )
  assert.deepStrictEqual(topics.topicsOfStage(pipeline, 'shop_profile'), [
    'test.v1.shop_profile_row.clean',
    'test.v1.payment.clean',
  ])
})

test('the newest row counts by its event time, however the rows come', () => {
  const rows = [row(NOW - 5, 1), row(NOW - 1, 2, 'b'), row(NOW - 3, 3)]
  assert.deepStrictEqual(valuesAfter(rows, NOW), [2, 'b', 3])
  assert.deepStrictEqual(valuesAfter(rows.toReversed(), NOW), [2, 'b', 3])
})

test('of rows with the same time the one that was handled last counts', () => {
  assert.deepStrictEqual(valuesAfter([row(NOW, 1), row(NOW, 2)], NOW), [2, 'a', 3])
  assert.deepStrictEqual(valuesAfter([row(NOW, 2), row(NOW, 1)], NOW), [1, 'a', 3])
})

test('as of an earlier time the row counts that was the newest then', () => {
  assert.deepStrictEqual(valuesAfter([row(NOW - 10, 1), row(NOW, 2)], NOW - 1), [1, 'a', 3])
})

test('the newest row counts after any number of rows', () => {
  const rows = Array.from({ length: 100 }, (_, i) => row(NOW - 1_000 + i, i))
  assert.deepStrictEqual(valuesAfter(rows, NOW), [99, 'a', 3])
})

test('a row older than the ttl counts no more: its values are missing', () => {
  assert.deepStrictEqual(valuesAfter([row(NOW - days(7) + 1, 1)], NOW), [1, 'a', 3])
  assert.deepStrictEqual(valuesAfter([row(NOW - days(7), 1)], NOW), [Number.NaN, null, Number.NaN])
})

test('entity and event time are columns of the right kind, and the id is not declared', () => {
  // @ts-expect-error no such column
  definePushedView({ ...options, entity: 'shoop' })
  // @ts-expect-error an amount names no entity
  definePushedView({ ...options, entity: 'limit' })
  // @ts-expect-error a text is no event time
  definePushedView({ ...options, eventTime: 'segment' })
  // @ts-expect-error the id is made of the content
  definePushedView({ ...options, fields: { ...options.fields, rowId: text('id') } })
  // @ts-expect-error a model takes features of the view, and its entity is none
  defineModel({ name: 'm', path: 'm', features: [profile], inputs: ['shop'], decisions: [] })
})
