import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { count, days, defineEvent, defineFeatureView, money, sum, text, timestamp } from '@millrace/core'
import { connectRedis } from '../../src/redis/connect.ts'
import { definitionsKey } from '../../src/redis/keys.ts'
import { recordDefinition } from '../../src/redis/record-definition.ts'
import { startRedis } from './start-redis.ts'

const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  key: 'card',
  id: 'id',
  eventTime: 'at',
  fields: { id: text('id'), at: timestamp('time'), card: text('card'), amount: money('amount') },
})
const view = defineFeatureView({
  name: 'card',
  entity: 'card',
  sources: [payment],
  features: {
    payments_1d: count(payment, { window: days(1) }),
    spent_1d: sum(payment, 'amount', { window: days(1) }, { where: ({ amount }) => amount > 1 }),
  },
})

const url = await startRedis()

function connect(t: TestContext): ReturnType<typeof connectRedis> {
  const redis = connectRedis(url)
  t.after(() => redis.disconnect())
  return redis
}

test('states of a view are written under one declaration, which the first builder records', async t => {
  const redis = connect(t)
  await recordDefinition(redis, 'shop.v1', view)
  await recordDefinition(redis, 'shop.v1', { ...view, ttl: view.ttl + 1, maxEntries: 10 })
  await recordDefinition(redis, 'shop.v2', { ...view, entity: 'id' })
  assert.deepEqual(Object.keys(await redis.hgetall(definitionsKey('shop.v1'))), ['card'])
})

test('another window, filter, source or entity is refused, with the mend', async t => {
  const redis = connect(t)
  await recordDefinition(redis, 'other.v1', view)
  const { payments_1d, spent_1d } = view.features
  const changed = [
    { ...view, entity: 'id' },
    { ...view, sources: [] },
    { ...view, features: { payments_1d } },
    { ...view, features: { payments_1d, spent_1d: { ...spent_1d, where: () => true } } },
    { ...view, features: { payments_1d: count(payment, { window: days(2) }), spent_1d } },
    { ...view, features: { payments_1d: count(payment, { window: days(1), precision: 'tiled' }), spent_1d } },
  ]
  for (const other of changed) {
    await assert.rejects(recordDefinition(redis, 'other.v1', other), {
      code: 'DEFINITION_CHANGED',
      message: /raise the pipeline's version/,
    })
  }
})
