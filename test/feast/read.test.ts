import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import cardFraud, { customer, label, terminal, transaction } from '@millrace/card-fraud'
import { days, type EventType, type EventValues, type FeatureView, hours } from '@millrace/core'
import { connectRedis, createHttpApp, createRegistry, Health } from '@millrace/platform'
import { connectOnlineRedis, FeatureLookup, RedisStateReader, RowPublisher } from '@millrace/platform/online'
import { startRedisServer } from '../../packages/platform/test/redis/redis-server.ts'
import { registerFeastRoutes } from '../../services/scorer/src/routes/feast/feast-routes.ts'
import { writeStates } from '../harness/write-states.ts'
import { FeastClient, type FeastDefinitions } from './feast-client.ts'

const NOW = Date.UTC(2026, 5, 1)

function paid(id: number, at: number, customerId: string, terminalId: string, amount: number) {
  return [transaction, { transactionId: `t${id}`, occurredAt: at, customerId, terminalId, amount }] as const
}

const EVENTS: readonly (readonly [EventType, EventValues])[] = [
  paid(1, NOW - hours(3), '7', '165', 40),
  paid(2, NOW - hours(1), '7', '166', 20),
  paid(3, NOW - days(2), '8', '165', 12.5),
  paid(4, NOW - days(33), '9', '165', 99),
  [
    label,
    { transactionId: 't0', knownAt: NOW - hours(2), customerId: '1', terminalId: '165', isFraud: true },
  ],
  [
    label,
    { transactionId: 't9', knownAt: NOW - hours(1), customerId: '2', terminalId: '165', isFraud: false },
  ],
]

/** The scorer's Feast routes over a real Redis. */
async function startServer(t: TestContext): Promise<string> {
  const server = await startRedisServer()
  t.after(server.stop)
  const writer = connectRedis(server.url)
  await writeStates(writer, cardFraud, 4, EVENTS)
  writer.disconnect()
  const redis = connectOnlineRedis(server.url)
  t.after(() => redis.disconnect())
  await once(redis, 'ready')
  const lookup = new FeatureLookup(cardFraud, new RedisStateReader(redis, cardFraud.namespace))
  const health = new Health()
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health })
  t.after(() => app.close())
  const clock = { now: () => NOW }
  const publisher = new RowPublisher({ maxWaiting: 0 })
  const bounds = { maxEntities: 100, maxRows: 0 }
  registerFeastRoutes(app, { pipeline: cardFraud, lookup, health, clock, publisher, ...bounds })
  return app.listen({ host: '127.0.0.1', port: 0 })
}

const definitionOf = (view: FeatureView) => ({
  key: view.entity,
  ttl: view.ttl / 1_000,
  features: Object.fromEntries(
    Object.entries(view.features).map(
      ([name, { kind }]) => [name, kind === 'count' ? 'int' : 'float'] as const,
    ),
  ),
})

const DEFINITIONS: FeastDefinitions = {
  views: {
    customer: definitionOf(customer),
    terminal: definitionOf(terminal),
    stranger: { ...definitionOf(customer), features: { x: 'int' } },
  },
  services: {
    card_fraud: { customer: Object.keys(customer.features), terminal: Object.keys(terminal.features) },
  },
}

test("Feast's own SDK reads from the scorer", async t => {
  const feast = await FeastClient.start(t, await startServer(t), DEFINITIONS)

  await t.test('values, their types and statuses', async () => {
    const { result } = await feast.do({
      do: 'read',
      features: [
        'customer:customer_count_1d',
        'customer:customer_mean_amount_1d',
        'terminal:terminal_risk_1d',
      ],
      rows: [
        { customerId: '7', terminalId: '165' },
        { customerId: '8', terminalId: '166' },
        { customerId: 'nobody', terminalId: 'nowhere' },
        { customerId: '9', terminalId: '165' },
      ],
    })
    assert.deepStrictEqual(result, {
      values: {
        customerId: ['7', '8', 'nobody', '9'],
        terminalId: ['165', '166', 'nowhere', '165'],
        customer_count_1d: [2, 0, null, 0],
        customer_mean_amount_1d: [30, 0, null, 0],
        terminal_risk_1d: [0.5, 0, null, 0.5],
      },
      types: {
        customerId: ['str'],
        terminalId: ['str'],
        customer_count_1d: ['NoneType', 'int'],
        customer_mean_amount_1d: ['NoneType', 'float'],
        terminal_risk_1d: ['NoneType', 'float'],
      },
      statuses: {
        customerId: Array(4).fill('PRESENT'),
        terminalId: Array(4).fill('PRESENT'),
        customer_count_1d: ['PRESENT', 'PRESENT', 'NOT_FOUND', 'OUTSIDE_MAX_AGE'],
        customer_mean_amount_1d: ['PRESENT', 'PRESENT', 'NOT_FOUND', 'OUTSIDE_MAX_AGE'],
        terminal_risk_1d: ['PRESENT', 'PRESENT', 'NOT_FOUND', 'PRESENT'],
      },
    })
  })

  await t.test('a feature service, with full names', async () => {
    const { result } = await feast.do({
      do: 'read',
      service: 'card_fraud',
      rows: [{ customerId: '7', terminalId: '165' }],
      full: true,
    })
    const { values } = result as { values: Record<string, unknown[]> }
    assert.deepStrictEqual(
      Object.keys(values).toSorted(),
      [
        'customerId',
        'terminalId',
        ...Object.keys(customer.features).map(name => `customer__${name}`),
        ...Object.keys(terminal.features).map(name => `terminal__${name}`),
      ].toSorted(),
    )
    assert.deepStrictEqual(values['customer__customer_count_7d'], [2])
  })

  await t.test('one view at a time, as older clients read', async () => {
    const features = ['customer_count_1d', 'customer_mean_amount_1d']
    const { result } = await feast.do({
      do: 'read_view',
      view: 'customer',
      key: 'customerId',
      entities: ['7', 'nobody'],
      features,
    })
    const time = '2026-05-31T23:00:00+00:00'
    assert.deepStrictEqual(result, [
      { time, values: { customer_count_1d: 'int64_val: 2', customer_mean_amount_1d: 'double_val: 30' } },
      { time, values: { customer_count_1d: '', customer_mean_amount_1d: '' } },
    ])
  })

  await t.test('what the server does not have is raised as the SDK knows it, at once', async () => {
    const rows = [{ customerId: '7' }]
    const { error, message } = await feast.do({ do: 'read', features: ['stranger:x'], rows })
    assert.deepStrictEqual(
      { error, message },
      {
        error: 'FeatureViewNotFoundException',
        message: 'A feature view does not exist: this pipeline has customer, terminal.',
      },
    )
    const missing = await feast.do({
      do: 'read',
      features: ['customer:customer_count_1d'],
      rows: [{ terminalId: '1' }],
    })
    assert.equal(missing.error, 'RequestDataNotFoundInEntityRowsException')
  })
})
