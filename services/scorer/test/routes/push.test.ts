import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import {
  definePipeline,
  definePushedView,
  integer,
  MillraceError,
  money,
  type StageOutput,
  text,
  timestamp,
} from '@millrace/core'
import { FeatureLookup } from '@millrace/platform/online'
import { registerFeastRoutes } from '../../src/routes/feast/feast-routes.ts'
import { buildApp } from './fake-scoring.ts'
import { NOW, pipeline } from './lookup-pipeline.ts'

const profile = definePushedView({
  name: 'profile',
  entity: 'shop',
  eventTime: 'computedAt',
  fields: {
    shop: integer('shop'),
    computedAt: timestamp('time'),
    limit: money('limit', { max: 1_000 }),
    segment: text('segment', { maxLength: 4 }),
  },
  pushSource: 'profile_push',
})

const withProfile = definePipeline({ ...pipeline, views: [...pipeline.views, profile] })

function serve(t: TestContext, failure?: MillraceError) {
  const { app, health } = buildApp(t)
  const pushed: StageOutput[] = []
  const publisher = {
    async push(rows: readonly StageOutput[]) {
      if (failure !== undefined) throw failure
      pushed.push(...rows)
    },
  }
  const lookup = new FeatureLookup(withProfile, { read: async () => [] })
  const clock = { now: () => NOW }
  const bounds = { maxEntities: 5, maxRows: 3 }
  registerFeastRoutes(app, { pipeline: withProfile, lookup, health, clock, publisher, ...bounds })
  const post = async (url: string, body: unknown) => {
    const { statusCode: status, body: answer } = await app.inject({
      method: 'POST',
      url,
      body: Buffer.from(JSON.stringify(body)),
    })
    return { status, answer }
  }
  const write = (df: unknown) => post('/write-to-online-store', { feature_view_name: 'profile', df })
  return { post, write, pushed }
}

const AT = Date.UTC(2024, 11, 31, 18, 0, 2)
const FRAME = {
  shop: [7, 8],
  limit: [12.5, 100],
  segment: ['a', ' b '],
  event_timestamp: ['2024-12-31T18:00:02', '2024-12-31T18:00:02.250'],
  created: ['2024-12-31T18:00:02', null],
}

function record(shop: number, computedAt: number, limit: number, segment: string): StageOutput {
  const content = { shop, computedAt, limit, segment }
  const value = JSON.stringify({ ...content, rowId: hash('sha256', JSON.stringify(content)) })
  return { topic: 'profile.pushed', key: String(shop), value }
}

test('a frame that is written to a view becomes one clean record a row, keyed by the entity', async t => {
  const { write, pushed } = serve(t)
  assert.deepStrictEqual(await write(FRAME), { status: 200, answer: 'null' })
  assert.deepStrictEqual(pushed, [record(7, AT, 12.5, 'a'), record(8, AT + 250, 100, 'b')])
})

test('a frame that is pushed to a source goes the same way, and the answer is empty', async t => {
  const { post, pushed } = serve(t)
  for (const to of [undefined, 'online', 'online_and_offline'])
    assert.deepStrictEqual(await post('/push', { push_source_name: 'profile_push', df: FRAME, to }), {
      status: 200,
      answer: '',
    })
  assert.equal(pushed.length, 6)
})

test('the time of a row may have a zone, or a column of its own name', async t => {
  const { write, pushed } = serve(t)
  const row = { shop: [7], limit: [1], segment: ['a'] }
  await write({ ...row, event_timestamp: ['2024-12-31 19:00:02+01:00'] })
  await write({ ...row, computedAt: [AT] })
  assert.deepStrictEqual(pushed, [record(7, AT, 1, 'a'), record(7, AT, 1, 'a')])
})

test('a frame without rows is written at once', async t => {
  const { write, pushed } = serve(t)
  assert.deepStrictEqual([await write({ shop: [] }), pushed], [{ status: 200, answer: 'null' }, []])
})

const ROW = { shop: [7], limit: [1], segment: ['a'], event_timestamp: ['2024-12-31T18:00:02'] }

const REFUSED: readonly (readonly [string, unknown, number, string])[] = [
  [
    'columns of different length',
    { ...ROW, shop: [7, 8] },
    422,
    'The columns of "df" must be lists of the same length.',
  ],
  ['no frame', undefined, 422, 'Give "df", an object of columns.'],
  ['a row without a column', { ...ROW, limit: undefined }, 422, 'Row 1: The field "limit" is missing.'],
  [
    'a row without its time',
    { ...ROW, event_timestamp: [null] },
    422,
    'Row 1: The field "computedAt" is missing.',
  ],
  [
    'a value out of its bounds',
    { ...ROW, limit: [1_001] },
    422,
    'Row 1: The field "limit" must be from 0 to 1000.',
  ],
  ['a value of the wrong kind', { ...ROW, shop: ['x'] }, 422, 'Row 1: The field "shop" must be a number.'],
  [
    'a row of the far future',
    { ...ROW, event_timestamp: ['2025-01-03T00:00:00Z'] },
    422,
    'Row 1: The field "computedAt" is too far in the future.',
  ],
  [
    'a fault in the last row only',
    { shop: [7, 7], limit: [1, 1], segment: ['a', 'abcde'], event_timestamp: [AT, AT] },
    422,
    'Row 2: The field "segment" is longer than 4 characters.',
  ],
  ['too many rows', { shop: [1, 2, 3, 4] }, 413, 'The request brings more than 3 rows: push in parts.'],
]

for (const [name, df, status, message] of REFUSED) {
  test(`${name} is refused with ${status}, and no row of the request is published`, async t => {
    const { write, pushed } = serve(t)
    const { status: answered, answer } = await write(df)
    const detail = JSON.parse(JSON.parse(answer))
    assert.deepStrictEqual(
      [answered, detail, pushed],
      [status, { module: 'feast.errors', class: 'FeastError', message }, []],
    )
  })
}

test('views and sources that take no rows are refused by the class that Feast has for them', async t => {
  const { post } = serve(t)
  const refusal = async (url: string, body: object) => {
    const { status, answer } = await post(url, { df: ROW, ...body })
    const { class: feastClass, message } = JSON.parse(JSON.parse(answer))
    return [status, feastClass, message]
  }
  for (const name of ['till', 'card'])
    assert.deepStrictEqual(await refusal('/write-to-online-store', { feature_view_name: name }), [
      404,
      'FeatureViewNotFoundException',
      'No such feature view takes rows from outside: this pipeline has profile.',
    ])
  assert.deepStrictEqual(await refusal('/push', { push_source_name: 'profile' }), [
    422,
    'PushSourceNotFoundException',
    'No such push source takes rows from outside: this pipeline has profile_push.',
  ])
  for (const to of ['offline', 'sideways'])
    assert.deepStrictEqual(await refusal('/push', { push_source_name: 'profile_push', to }), [
      422,
      'FeastError',
      '"to" must be "online" or "online_and_offline".',
    ])
})

test('while Kafka is away the answer is a 503 that is worth a retry', async t => {
  const failure = new MillraceError('BROKER_UNAVAILABLE', 'Kafka does not take rows: try again.')
  const { write } = serve(t, failure)
  const { status, answer } = await write(ROW)
  assert.deepStrictEqual([status, JSON.parse(JSON.parse(answer)).message], [503, failure.message])
})
