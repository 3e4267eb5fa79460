import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type HttpApp, needs, undescribedRoutes } from '@millrace/platform/http'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { echoModel } from './echo-model.ts'
import { serveModels } from './serve.ts'

interface Operation {
  readonly requestBody?: { readonly content: Record<string, unknown> }
  readonly responses: Readonly<Record<string, { readonly content: Record<string, unknown> }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<'get' | 'post', Operation | undefined>>>>
}

const SPECS = [
  { name: 'amount', datatype: 'FP32', shape: [-1, 2] },
  { name: 'country', datatype: 'BYTES', shape: [-1, 1] },
] as const

function serve(t: TestContext): HttpApp {
  return serveModels(t, echoModel(SPECS))
}

async function documentOf(app: HttpApp): Promise<Document> {
  const response = await app.inject('/openapi.json')
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  return response.json()
}

test('every route is in the document, and everything in the document is a route', async t => {
  const app = serve(t)
  assert.deepEqual(undescribedRoutes(app), [])
  app.get('/forgotten', needs('open'), () => ({}))
  assert.deepEqual(undescribedRoutes(app), ['GET /forgotten'])
  const { paths } = await documentOf(app)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(operations.toSorted(), ROUTES.toSorted())
  for (const operation of operations) {
    const [method, path] = operation.split(' ') as ['GET' | 'POST', string]
    const { body } = await app.inject({ method, url: path.replaceAll(/\{\w+\}/g, 'echo') })
    assert.doesNotMatch(body, /Nothing answers this method and path/)
  }
})

const ROUTES = [
  'GET /healthz',
  'GET /healthz/{check}',
  'GET /livez',
  'GET /livez/{check}',
  'GET /readyz',
  'GET /readyz/{check}',
  'GET /metrics',
  'GET /openapi.json',
  'GET /v2',
  'GET /v2/health/live',
  'GET /v2/health/ready',
  'GET /v2/models/stats',
  'POST /v2/repository/index',
  'POST /v2/repository/models/{name}/load',
  'POST /v2/repository/models/{name}/unload',
  ...['/v2/models/{name}', '/v2/models/{name}/versions/{version}'].flatMap(path => [
    `GET ${path}`,
    `GET ${path}/ready`,
    `GET ${path}/config`,
    `GET ${path}/stats`,
    `POST ${path}/infer`,
  ]),
  'GET /',
  'GET /v1/models',
  ...['', '/versions/{version}', '/labels/{label}'].flatMap(suffix => [
    `GET /v1/models/{name}${suffix}`,
    `GET /v1/models/{name}${suffix}/metadata`,
    `POST /v1/models/{name}${suffix}:predict`,
  ]),
]

test('the document is one of OpenAPI 3.1', async t => {
  const document = await documentOf(serve(t))
  const { valid, errors } = await new Validator().validate(structuredClone({ ...document }))
  assert.deepEqual(errors ?? [], [])
  assert.equal(valid, true)
})

const INFER = {
  id: '7',
  parameters: { timeout: 1e6 },
  inputs: [
    { name: 'amount', shape: [2, 2], datatype: 'FP32', data: [1, 2, 3, 4.5] },
    { name: 'country', shape: [2, 1], datatype: 'BYTES', data: [['FR'], ['DE']] },
  ],
}
const ROWS = { instances: [{ amount: [1, 2], country: 'FR' }] }
const COLUMNS = { inputs: { amount: [[1, 2]], country: [['FR']] } }

/** Real requests: path as in the document, URL, and what is sent. */
const EXAMPLES: readonly (readonly [path: string, url: string, body?: object | undefined])[] = [
  ['/livez', '/livez'],
  ['/readyz', '/readyz'],
  ['/openapi.json', '/openapi.json'],
  ['/v2', '/v2'],
  ['/v2/health/live', '/v2/health/live'],
  ['/v2/health/ready', '/v2/health/ready'],
  ['/v2/models/stats', '/v2/models/stats'],
  ['/v2/models/{name}', '/v2/models/echo'],
  ['/v2/models/{name}', '/v2/models/unknown'],
  ['/v2/models/{name}/ready', '/v2/models/echo/ready'],
  ['/v2/models/{name}/config', '/v2/models/echo/config'],
  ['/v2/models/{name}/stats', '/v2/models/echo/stats'],
  ['/v2/models/{name}/infer', '/v2/models/echo/infer', INFER],
  ['/v2/models/{name}/infer', '/v2/models/echo/infer', {}],
  ['/v2/models/{name}/versions/{version}/infer', '/v2/models/echo/versions/1/infer', INFER],
  ['/v2/repository/index', '/v2/repository/index', { ready: true }],
  ['/v2/repository/models/{name}/load', '/v2/repository/models/echo/load', { parameters: {} }],
  ['/v2/repository/models/{name}/unload', '/v2/repository/models/echo/unload', {}],
  ['/', '/'],
  ['/v1/models', '/v1/models'],
  ['/v1/models/{name}', '/v1/models/echo'],
  ['/v1/models/{name}/metadata', '/v1/models/echo/metadata'],
  ['/v1/models/{name}:predict', '/v1/models/echo:predict', ROWS],
  ['/v1/models/{name}/versions/{version}:predict', '/v1/models/echo/versions/1:predict', COLUMNS],
]

test('real requests and answers are as the document says', async t => {
  const app = serve(t)
  const document = await documentOf(app)
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(document, 'openapi')
  const check = (pointer: readonly string[], value: unknown): void => {
    const escaped = pointer.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    const validate = ajv.compile({ $ref: `openapi#/${escaped.join('/')}` })
    assert.equal(validate(value), true, `${pointer.join(' ')}: ${ajv.errorsText(validate.errors)}`)
  }
  for (const [path, url, body] of EXAMPLES) {
    const method = body === undefined ? 'get' : 'post'
    const { statusCode, ...response } = await app.inject({ method, url, ...(body && { body }) })
    const operation = document.paths[path]![method]!
    const json = ['content', 'application/json', 'schema']
    if (body !== undefined && statusCode === 200) check(['paths', path, method, 'requestBody', ...json], body)
    const status = Object.hasOwn(operation.responses, statusCode) ? String(statusCode) : 'default'
    check(['paths', path, method, 'responses', status, ...json], JSON.parse(response.body))
  }
})
