import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { after, type TestContext, test } from 'node:test'
import { registerRegistryWebhook, WEBHOOK_PATH } from '@millrace/inference'
import { createHttpApp, createRegistry, Health } from '@millrace/platform'
import { MlflowServer } from './mlflow-server.ts'

const server = await MlflowServer.start()
after(() => server[Symbol.asyncDispose]())

const SECRET = 'a secret of sixteen or more'

/** A scorer that MLflow calls, with what it was told. */
async function openScorer(t: TestContext, model: string, secret: string) {
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health: new Health() })
  t.after(() => app.close())
  const told = new EventTarget()
  registerRegistryWebhook(app, { secret, model, onHint: () => void told.dispatchEvent(new Event('hint')) })
  app.addHook(
    'onResponse',
    async (_, reply) => void told.dispatchEvent(new Event(`answer ${reply.statusCode}`)),
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await server.call('POST', 'webhooks', {
    name: `scorer-${randomUUID()}`,
    url: url + WEBHOOK_PATH,
    events: [{ entity: 'MODEL_VERSION_ALIAS', action: 'CREATED' }],
    status: 'ACTIVE',
    secret: SECRET,
  })
  return told
}

// One test for both: MLflow keeps the list of its webhooks for a minute after the first event.
test('a webhook of MLflow is a hint to who has its secret, and refused by who has another', {
  timeout: 60_000,
}, async t => {
  const model = `fraud-${randomUUID()}`
  await server.createModel(model)
  await server.publish(model, { 'model.onnx': 'x' })
  const knowing = await openScorer(t, model, SECRET)
  const other = await openScorer(t, model, 'the scorer has another one')
  other.addEventListener('hint', () => assert.fail('it was taken'))
  const told = [once(knowing, 'hint'), once(other, 'answer 401')]
  await server.call('POST', 'registered-models/alias', { name: model, alias: 'champion', version: '1' })
  await Promise.all(told)
})
