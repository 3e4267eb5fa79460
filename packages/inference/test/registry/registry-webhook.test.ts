import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createHttpApp, createRegistry, Health } from '@millrace/platform'
import { registerRegistryWebhook, WEBHOOK_PATH } from '../../src/registry/registry-webhook.ts'

const SECRET = 'a secret of MLflow'
const NOW = Date.UTC(2026, 5, 1)

interface Delivery {
  readonly id?: string
  readonly timestamp?: string
  readonly body?: string
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string>>
}

const bodyOf = (entity: string, name: string): string =>
  JSON.stringify({
    entity,
    action: 'created',
    timestamp: '2026-06-01T00:00:00+00:00',
    data: { name, alias: 'champion', version: '4' },
  })

/** A scorer that counts its hints, and MLflow's side of a delivery. */
async function openWebhook(t: TestContext) {
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health: new Health() })
  t.after(() => app.close())
  const seen = { hints: 0, now: NOW }
  registerRegistryWebhook(app, {
    secret: SECRET,
    model: 'fraud',
    now: () => seen.now,
    onHint: () => void seen.hints++,
  })
  const deliver = async (delivery: Delivery = {}): Promise<number> => {
    const { id = 'd1', body = bodyOf('model_version_alias', 'fraud'), secret = SECRET } = delivery
    const timestamp = delivery.timestamp ?? String(NOW / 1_000)
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
    const response = await app.inject({
      method: 'POST',
      url: WEBHOOK_PATH,
      body,
      headers: {
        'x-mlflow-delivery-id': id,
        'x-mlflow-timestamp': timestamp,
        'x-mlflow-signature': `v1,${signature}`,
        ...delivery.headers,
      },
    })
    return response.statusCode
  }
  return { deliver, seen }
}

test('a signed delivery about the aliases of the model is a hint', async t => {
  const { deliver, seen } = await openWebhook(t)
  assert.equal(await deliver(), 200)
  assert.equal(seen.hints, 1)
})

test('a delivery that comes again, and one about something else, are answered and change nothing', async t => {
  const { deliver, seen } = await openWebhook(t)
  await deliver()
  assert.equal(await deliver(), 200)
  assert.equal(await deliver({ id: 'd2', body: bodyOf('model_version_alias', 'churn') }), 200)
  assert.equal(await deliver({ id: 'd3', body: bodyOf('registered_model', 'fraud') }), 200)
  assert.equal(seen.hints, 1)
})

const REFUSED: readonly (readonly [string, Delivery])[] = [
  ['signed with another secret', { secret: 'another' }],
  ['without a signature', { headers: { 'x-mlflow-signature': '' } }],
  ['with a signature of another version', { headers: { 'x-mlflow-signature': 'v2,AAAA' } }],
  ['with a signature that is cut off', { headers: { 'x-mlflow-signature': 'v1,AAAA' } }],
  ['whose id was changed on its way', { headers: { 'x-mlflow-delivery-id': 'other' } }],
  ['whose time was changed on its way', { headers: { 'x-mlflow-timestamp': String(NOW / 1_000 + 1) } }],
  ['that is older than 300 s', { timestamp: String(NOW / 1_000 - 301) }],
  ['that is of later than in 300 s', { timestamp: String(NOW / 1_000 + 301) }],
  ['whose time is no number', { timestamp: 'now' }],
]

for (const [name, delivery] of REFUSED) {
  test(`a delivery ${name} is refused`, async t => {
    const { deliver, seen } = await openWebhook(t)
    assert.equal(await deliver(delivery), 401)
    assert.equal(seen.hints, 0)
  })
}

test('one that was refused does not use up its id', async t => {
  const { deliver, seen } = await openWebhook(t)
  await deliver({ secret: 'another' })
  await deliver()
  assert.equal(seen.hints, 1)
})

test('what is signed and is no webhook of MLflow is refused', async t => {
  const { deliver } = await openWebhook(t)
  assert.equal(await deliver({ body: '{"entity":"x"}' }), 400)
  assert.equal(await deliver({ id: 'd2', body: 'no JSON' }), 400)
  assert.equal(await deliver({ id: 'd3', body: 'x'.repeat(70_000) }), 413)
})

test('of many deliveries the oldest ids are forgotten, and the newest are not', async t => {
  const { deliver, seen } = await openWebhook(t)
  for (let i = 0; i <= 10_000; i++) await deliver({ id: `d${i}` })
  const { hints } = seen
  assert.equal(hints, 10_001)
  await deliver({ id: 'd10000' })
  assert.equal(seen.hints, hints)
  await deliver({ id: 'd0' })
  assert.equal(seen.hints, hints + 1)
})
