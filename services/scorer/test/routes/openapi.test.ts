import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  registerExplainRoutes,
  registerInferenceRoutes,
  registerRegistryWebhook,
  type ServedModels,
} from '@millrace/inference'
import { type HttpApp, undescribedRoutes } from '@millrace/platform/http'
import { OnlineFeatures } from '@millrace/platform/online'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { compileDecide } from '../../src/decide/decide-requests.ts'
import { compileReadFeatures } from '../../src/decide/read-features.ts'
import { registerFeastRoutes } from '../../src/routes/feast/feast-routes.ts'
import { registerFeatureRoutes } from '../../src/routes/features/feature-routes.ts'
import { registerScoreRoute } from '../../src/routes/score.ts'
import { buildApp, fakeRoles, fakeScoring, fakeVersion } from './fake-scoring.ts'
import { lookupOver, NOW, paid, payment, pipeline } from './lookup-pipeline.ts'

/** Everything that the scorer answers. */
function serve(t: TestContext): HttpApp {
  const { app, health } = buildApp(t)
  const { lookup } = lookupOver([[payment, paid(NOW - 1_000)]])
  const common = { clock: { now: () => NOW }, maxEntities: 10 }
  const models = { names: () => [] as readonly string[] } as ServedModels
  registerInferenceRoutes(app, { models, health, server: { name: 'millrace', version: '1' } })
  const online = new OnlineFeatures(pipeline, { read: async requests => requests.map(() => undefined) })
  const scoring = fakeScoring()
  const version = fakeVersion({ pipeline, scoring, background: [pipeline.model.inputs.map(() => 0)] })
  registerScoreRoute(app, {
    ...common,
    pipeline,
    decideAll: compileDecide(pipeline, fakeRoles(version), compileReadFeatures(pipeline, online)),
    log: { add: () => {} },
  })
  registerExplainRoutes(app, { explainerOf: () => version.explainer })
  registerRegistryWebhook(app, { secret: 's'.repeat(16), model: 'fraud', onHint: () => {} })
  registerFeatureRoutes(app, { ...common, lookup })
  const publisher = { push: async () => {} }
  registerFeastRoutes(app, { ...common, pipeline, lookup, health, publisher, maxRows: 3 })
  return app
}

const EVENT = { paymentId: 'p1', at: NOW - 5, card: 'c1', shop: 7, amount: 12.5, items: 1 }
const FEAST = { features: ['card:card_count_1d'], entities: { card: ['C1', 'C9'] } }

/** Real requests: path as in the document, URL, and what is sent. */
const EXAMPLES: readonly (readonly [status: number, path: string, url: string, body?: object | undefined])[] =
  [
    [200, '/v1/score', '/v1/score', EVENT],
    [200, '/v1/score', '/v1/score?explain=true', EVENT],
    [200, '/v1/score', '/v1/score', [EVENT, {}]],
    [400, '/v1/score', '/v1/score', {}],
    [200, '/v1/features', '/v1/features', { views: { card: ['C1', 'C9'] }, asOf: NOW }],
    [404, '/v1/features', '/v1/features', { views: { nobody: [1] } }],
    [200, '/v1/features/{view}/{entity}', '/v1/features/card/C1'],
    [200, '/get-online-features', '/get-online-features', FEAST],
    [404, '/get-online-features', '/get-online-features', { ...FEAST, features: ['nobody:x'] }],
    [422, '/push', '/push', { push_source_name: 'x', df: {} }],
  ]

test('every route of the scorer is in a document of OpenAPI 3.1', async t => {
  const app = serve(t)
  const document = (await app.inject('/openapi.json')).json()
  assert.deepEqual(undescribedRoutes(app), [])
  for (const path of ['/v1/score', '/v1/features', '/push', '/write-to-online-store', '/health', '/livez']) {
    assert.ok(Object.hasOwn(document.paths, path), path)
  }
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  assert.deepEqual([valid, errors ?? []], [true, []])
})

test('real requests and answers are as the document says', async t => {
  const app = serve(t)
  const document = (await app.inject('/openapi.json')).json()
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(document, 'openapi')
  for (const [status, path, url, body] of EXAMPLES) {
    const method = body === undefined ? 'get' : 'post'
    const response = await app.inject({ method, url, ...(body && { body }) })
    assert.equal(response.statusCode, status, response.body)
    const operation = document.paths[path][method]
    const given = operation.responses[status] ?? operation.responses.default
    const schemas = [[given, response.json()]]
    if (status === 200 && body !== undefined) schemas.push([operation.requestBody, body])
    for (const [{ content }, value] of schemas) {
      const validate = ajv.compile({
        ...content['application/json'].schema,
        components: document.components,
      })
      assert.equal(validate(value), true, `${path}: ${ajv.errorsText(validate.errors)}`)
    }
  }
})
