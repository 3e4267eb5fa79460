import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  type EventType,
  type EventValues,
  MillraceError,
  money,
  text,
  timestamp,
  ViewEngine,
} from '@millrace/core'
import { createModelExplainer } from '@millrace/inference'
import { OnlineFeatures } from '@millrace/platform/online'
import { registerScoreRoute } from '../../src/routes/score.ts'
import { buildApp, fakeScoring, IDENTITY } from './fake-scoring.ts'

const NOW = Date.UTC(2025, 0, 1, 12)

const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  key: 'card',
  id: 'paymentId',
  eventTime: 'at',
  fields: {
    paymentId: text('id'),
    at: timestamp('time'),
    card: text('card'),
    shop: text('shop'),
    amount: money('amount', { max: 1_000 }),
  },
})

const view = (name: 'card' | 'shop') =>
  defineFeatureView({
    name,
    entity: name,
    sources: [payment],
    features: { [`${name}_count_1d`]: count(payment, { window: days(1) }) },
  })
const [card, shop] = [view('card'), view('shop')]
const onDemand = defineOnDemand({ source: payment, features: { amount: event => event.amount } })

const pipeline = definePipeline({
  name: 'test',
  events: [payment],
  views: [card, shop],
  onDemand,
  model: defineModel({
    name: 'fraud',
    path: 'models',
    features: [onDemand, card, shop],
    inputs: ['amount', 'card_count_1d', 'shop_count_1d'],
    decisions: [
      { decision: 'approve', from: 0 },
      { decision: 'block', from: 200 },
    ],
  }),
  monitor: defineMonitor({ window: days(1) }),
})

interface ServeOptions {
  /** Events that came through the stream before. */
  readonly history?: readonly EventValues[]
  readonly storeFailure?: MillraceError
  /** Whether the model has a background. */
  readonly isExplained?: boolean
}

function serve(t: TestContext, { history = [], storeFailure, isExplained = true }: ServeOptions = {}) {
  const scoring = fakeScoring()
  const { app } = buildApp(t)
  const read = async (requests: readonly { readonly view: string; readonly entity: string }[]) => {
    if (storeFailure !== undefined) throw storeFailure
    return requests.map(request => stateOf(request.view, request.entity, payment, history))
  }
  const online = new OnlineFeatures(pipeline, { read })
  const explainer = createModelExplainer({
    pipeline,
    version: { identity: IDENTITY, ...(isExplained && { background: [[0, 1, 1]] }) },
    score: vectors => scoring.score(vectors),
  })
  registerScoreRoute(app, { pipeline, scoring, online, explainer, clock: { now: () => NOW } })
  const score = async (event: unknown, query = '') => {
    const body = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event))
    const response = await app.inject({ method: 'POST', url: `/v1/score${query}`, body })
    return { status: response.statusCode, body: response.json() }
  }
  return { scoring, score }
}

function stateOf(name: string, entity: string, source: EventType, history: readonly EventValues[]) {
  const declared = pipeline.views.find(candidate => candidate.name === name)!
  const engine = new ViewEngine(declared, pipeline.scored)
  const state = engine.init()
  for (const event of history) if (event[declared.entity] === entity) engine.add(state, source, event)
  return engine.encode(state)
}

const EVENT = { paymentId: 'p1', at: NOW - 5, card: 'c1', shop: 's1', amount: 12.5 }

test('an event is answered with the decision on it and all that it was made from', async t => {
  const { score } = serve(t, { history: [{ ...EVENT, paymentId: 'p0', shop: 's2', at: NOW - 10 }] })
  assert.deepStrictEqual(await score(EVENT), {
    status: 200,
    body: {
      id: 'p1',
      eventTime: NOW - 5,
      score: 132.5,
      decision: 'approve',
      features: { amount: 12.5, card_count_1d: 2, shop_count_1d: 1 },
      featureTimes: { card: NOW - 5, shop: NOW - 5 },
      truncated: false,
      model: IDENTITY,
    },
  })
})

test('the reasons come on request, with what makes up the score', async t => {
  const { score } = serve(t, { history: [{ ...EVENT, paymentId: 'p0', shop: 's2', at: NOW - 10 }] })
  const plain = await score(EVENT, '?explain=false')
  const { body, status } = await score(EVENT, '?explain=true')
  const { reasons, explanation, ...rest } = body
  assert.deepStrictEqual([status, rest], [200, plain.body])
  assert.deepStrictEqual(explanation, {
    baseline: 110,
    contributions: { amount: 12.5, card_count_1d: 10, shop_count_1d: 0 },
    standardErrors: { amount: 0, card_count_1d: 0, shop_count_1d: 0 },
    evaluations: 3,
  })
  assert.deepStrictEqual(reasons, [
    {
      code: 'AMOUNT',
      feature: 'amount',
      words: 'amount is high',
      value: 12.5,
      usual: 0,
      contribution: 12.5,
      direction: 'raises',
    },
    {
      code: 'CARD_COUNT_1D',
      feature: 'card_count_1d',
      words: 'count of payment events of the card in 1 day is high',
      value: 2,
      usual: 1,
      contribution: 10,
      direction: 'raises',
    },
  ])
})

test('reasons of a model without a background are refused with 501, a strange request for them with 400', async t => {
  const { score } = serve(t, { isExplained: false })
  const { status, body } = await score(EVENT, '?explain=true')
  assert.equal(status, 501)
  assert.match(body.error, /^Scores of version 3 of the model fraud cannot be explained: /)
  assert.deepStrictEqual(await score(EVENT, '?explain=1'), {
    status: 400,
    body: { error: '"explain" must be true or false.' },
  })
})

test('an event that came through the stream meanwhile gets the same answer', async t => {
  const before = serve(t)
  const after = serve(t, { history: [EVENT] })
  assert.deepStrictEqual(await after.score(EVENT), await before.score(EVENT))
})

test('an event without a time happens now, by the declared clock', async t => {
  const { score } = serve(t)
  for (const at of [undefined, null]) {
    const { status, body } = await score({ ...EVENT, at })
    assert.deepStrictEqual([status, body.eventTime], [200, NOW])
  }
})

test('an event is cleaned before it is scored', async t => {
  const { score } = serve(t)
  const { body } = await score({
    ...EVENT,
    paymentId: ' p1 ',
    amount: 12.504,
    at: '2025-01-01T11:00:00Z',
    extra: 1,
  })
  assert.deepStrictEqual([body.id, body.features.amount, body.eventTime], ['p1', 12.5, NOW - 3_600_000])
})

test('the decision follows the score', async t => {
  const { score } = serve(t)
  const { body } = await score({ ...EVENT, amount: 500 })
  assert.equal(body.decision, 'block')
})

const REFUSED: readonly (readonly [string, unknown, object])[] = [
  ['a list', [EVENT], { error: 'The record is no object with fields.', reason: 'NOT_AN_OBJECT' }],
  [
    'an event without its id',
    { ...EVENT, paymentId: undefined },
    { error: 'The field "paymentId" is missing.', reason: 'FIELD_MISSING' },
  ],
  [
    'an amount as text',
    { ...EVENT, amount: '12.5' },
    { error: 'The field "amount" must be a number.', reason: 'TYPE_MISMATCH' },
  ],
  [
    'an amount out of range',
    { ...EVENT, amount: 1e6 },
    { error: 'The field "amount" must be from 0 to 1000.', reason: 'OUT_OF_RANGE' },
  ],
  [
    'an event of the far future',
    { ...EVENT, at: NOW + days(2) },
    {
      error: 'The field "at" is too far in the future.',
      reason: 'TIMESTAMP_OUT_OF_BOUNDS',
    },
  ],
  ['a body that is no JSON', '{"paymentId"', { error: 'The body is no JSON.' }],
  ['an empty body', '', { error: 'The body is empty: it must be JSON.' }],
]

for (const [name, event, body] of REFUSED) {
  test(`${name} is refused with 400 and the reason`, async t => {
    const { score } = serve(t)
    assert.deepStrictEqual(await score(event), { status: 400, body })
  })
}

test('a silent store, overload and a lost model are answered by 503', async t => {
  const storeFailure = new MillraceError('STORE_UNAVAILABLE', 'Redis does not answer.')
  const silent = serve(t, { storeFailure })
  assert.deepStrictEqual(await silent.score(EVENT), {
    status: 503,
    body: { error: 'Redis does not answer.' },
  })
  const { score, scoring } = serve(t)
  for (const code of ['SCORER_OVERLOADED', 'MODEL_UNAVAILABLE'] as const) {
    scoring.failure = new MillraceError(code, 'Try again.')
    assert.deepStrictEqual(await score(EVENT), { status: 503, body: { error: 'Try again.' } })
  }
})
