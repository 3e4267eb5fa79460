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
  type Fallback,
  MillraceError,
  money,
  type RequestedPrediction,
  text,
  timestamp,
  ViewEngine,
} from '@millrace/core'
import type { AnswerFacts } from '@millrace/inference'
import { OnlineFeatures } from '@millrace/platform/online'
import { compileDecide } from '../../src/decide/decide-requests.ts'
import { compileReadFeatures } from '../../src/decide/read-features.ts'
import type { ModelRoles } from '../../src/models/pipeline-models.ts'
import { registerScoreRoute } from '../../src/routes/score.ts'
import { buildApp, fakeRoles, fakeScoring, fakeVersion, IDENTITY } from './fake-scoring.ts'

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
  readonly fallback?: Fallback
  readonly roles?: Partial<ModelRoles>
}

function serve(t: TestContext, options: ServeOptions = {}) {
  const { history = [], storeFailure, isExplained = true, fallback, roles } = options
  const scoring = fakeScoring()
  const { app } = buildApp(t)
  const declared = fallback ? { ...pipeline, model: { ...pipeline.model, fallback } } : pipeline
  const read = async (requests: readonly { readonly view: string; readonly entity: string }[]) => {
    if (storeFailure !== undefined) throw storeFailure
    return requests.map(request => stateOf(request.view, request.entity, payment, history))
  }
  const online = new OnlineFeatures(declared, { read })
  const background = isExplained ? { background: [[0, 1, 1]] } : {}
  const champion = fakeVersion({ pipeline: declared, scoring, ...background })
  const models = fakeRoles(champion, roles)
  const logged: [string, RequestedPrediction][] = []
  const told: Omit<AnswerFacts, 'took'>[] = []
  const log = { add: (key: string, value: RequestedPrediction) => void logged.push([key, value]) }
  registerScoreRoute(app, {
    pipeline: declared,
    decideAll: compileDecide(declared, models, compileReadFeatures(declared, online)),
    log,
    onAnswer: ({ took: _, ...facts }) => told.push(facts),
    clock: { now: () => NOW },
    maxEvents: 3,
  })
  const score = async (event: unknown, query = '') => {
    const body = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event))
    const response = await app.inject({ method: 'POST', url: `/v1/score${query}`, body })
    return { status: response.statusCode, body: response.json() }
  }
  return { score, scoring, logged, told }
}

function stateOf(name: string, entity: string, source: EventType, history: readonly EventValues[]) {
  const declared = pipeline.views.find(candidate => candidate.name === name)!
  const engine = new ViewEngine(declared, pipeline.scored)
  const state = engine.init()
  for (const event of history) if (event[declared.entity] === entity) engine.add(state, source, event)
  return engine.encode(state)
}

const EVENT = { paymentId: 'p1', at: NOW - 5, card: 'c1', shop: 's1', amount: 12.5 }

test('it is told what became of each request, and which version decided', async t => {
  const { score, scoring, told } = serve(t)
  await score(EVENT)
  await score([{}, EVENT])
  await score({})
  scoring.failure = new MillraceError('SCORER_OVERLOADED', 'Too many rows wait: try again later.')
  await score(EVENT)
  const facts = { protocol: 'score', model: 'fraud' }
  assert.deepStrictEqual(told, [
    { ...facts, version: '3', outcome: 'ok' },
    { ...facts, version: '3', outcome: 'ok' },
    { ...facts, version: undefined, outcome: 'REQUEST_INVALID' },
    { ...facts, version: undefined, outcome: 'SCORER_OVERLOADED' },
  ])
})

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
      featureAges: { card: 5, shop: null },
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
    body: { error: '"explain" must be false or true.' },
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
  ['a number', 7, { error: 'The record is no object with fields.', reason: 'NOT_AN_OBJECT' }],
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

test('several events are answered in their order, a wrong one by its error in its place', async t => {
  const { score, logged } = serve(t)
  const { status, body } = await score([EVENT, { ...EVENT, amount: -1 }, { ...EVENT, paymentId: 'p2' }])
  assert.equal(status, 200)
  assert.deepStrictEqual(
    body.map((answer: { id?: string; reason?: string }) => answer.id ?? answer.reason),
    ['p1', 'OUT_OF_RANGE', 'p2'],
  )
  assert.deepStrictEqual(
    logged.map(([key, { id }]) => [key, id]),
    [
      ['c1', 'p1'],
      ['c1', 'p2'],
    ],
  )
  const { body: one } = await score(EVENT)
  assert.deepStrictEqual(body[0], one)
  assert.deepStrictEqual(await score([]), { status: 200, body: [] })
  const { status: refused, body: none } = await score([{ ...EVENT, amount: -1 }, 7])
  assert.deepStrictEqual(
    [refused, none.error, none.answers.length],
    [400, 'None of the events can be decided on.', 2],
  )
  assert.equal((await score(Array(4).fill(EVENT))).status, 413)
})

test('a decision is logged as a prediction that was asked for', async t => {
  const { score, logged } = serve(t)
  await score(EVENT)
  assert.deepStrictEqual(logged, [
    [
      'c1',
      {
        via: 'request',
        id: 'p1',
        eventTime: NOW - 5,
        entities: { card: 'c1', shop: 's1' },
        score: 122.5,
        decision: 'approve',
        features: { amount: 12.5, card_count_1d: 1, shop_count_1d: 1 },
        featureTimes: { card: NOW - 5, shop: NOW - 5 },
        truncated: false,
        version: 1,
        model: IDENTITY,
        decidedAt: NOW,
      },
    ],
  ])
})

test('features are as of now on request, when windows have slid on', async t => {
  const { score } = serve(t, { history: [{ ...EVENT, paymentId: 'p0', at: NOW - days(1) - 1 }] })
  const event = { ...EVENT, at: NOW - 10 }
  const counts = async (query: string) => (await score(event, query)).body.features.card_count_1d
  assert.deepStrictEqual(
    [await counts(''), await counts('?asOf=event'), await counts('?asOf=now')],
    [2, 2, 1],
  )
  assert.equal((await score(event, '?asOf=then')).status, 400)
})

const STORE_FAILURE = new MillraceError('STORE_UNAVAILABLE', 'Redis does not answer.')
const NO_MODEL = new MillraceError('MODEL_UNAVAILABLE', 'No version is loaded.')
const rule: Fallback['rule'] = features => ((features['amount'] ?? 0) > 10 ? 'block' : 'approve')

test('without the store declared values stand in for the features of views', async t => {
  const fallback: Fallback = {
    storeUnavailable: 'defaults',
    defaults: { card_count_1d: 2, shop_count_1d: 3, amount: 9 },
  }
  const { score, logged } = serve(t, { storeFailure: STORE_FAILURE, fallback })
  const { body } = await score(EVENT)
  assert.deepStrictEqual(
    [body.score, body.fallback, body.features],
    [
      332.5,
      { reason: 'store-unavailable', action: 'defaults' },
      { amount: 12.5, card_count_1d: null, shop_count_1d: null },
    ],
  )
  assert.deepStrictEqual(logged[0]![1].fallback, body.fallback)
})

test('without the store the degraded version scores what is there, or nobody does', async t => {
  const fallback: Fallback = { storeUnavailable: 'degraded' }
  const identity = { ...IDENTITY, version: '7' }
  const scoring = { identity, score: async () => Float64Array.of(0.5) }
  const degraded = fakeVersion({ pipeline, scoring })
  const { score } = serve(t, { storeFailure: STORE_FAILURE, fallback, roles: { degraded } })
  const { body } = await score(EVENT)
  assert.deepStrictEqual([body.score, body.model.version], [0.5, '7'])
  const alone = serve(t, { storeFailure: STORE_FAILURE, fallback })
  assert.equal((await alone.score(EVENT)).status, 503)
})

test('a rule decides without a score, where features or the model are not there', async t => {
  const fallback: Fallback = { storeUnavailable: 'rule', modelUnavailable: 'rule', rule: rule! }
  const withoutStore = await serve(t, { storeFailure: STORE_FAILURE, fallback }).score(EVENT)
  const { score, scoring } = serve(t, { fallback })
  scoring.failure = NO_MODEL
  const withoutModel = await score([EVENT, { ...EVENT, amount: 1 }])
  const seen = [withoutStore.body, ...withoutModel.body].map(({ score, decision, model, fallback }) => [
    score,
    decision,
    model,
    fallback.reason,
  ])
  assert.deepStrictEqual(seen, [
    [null, 'block', null, 'store-unavailable'],
    [null, 'block', null, 'model-unavailable'],
    [null, 'approve', null, 'model-unavailable'],
  ])
})

test('a view whose newest event is older than its freshness is stale, as declared', async t => {
  const old = { ...EVENT, paymentId: 'p0', shop: 's2', at: EVENT.at - pipeline.views[0]!.freshness - 1 }
  const fallback: Fallback = { stale: 'defaults', defaults: { card_count_1d: 5 } }
  const stale = await serve(t, { history: [old], fallback }).score(EVENT)
  assert.deepStrictEqual(
    [stale.body.score, stale.body.fallback],
    [162.5, { reason: 'stale', action: 'defaults' }],
  )
  const fresh = await serve(t, { history: [{ ...old, at: old.at + 1 }], fallback }).score(EVENT)
  assert.equal(fresh.body.fallback, undefined)
})
