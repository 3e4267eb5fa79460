import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { registerInferenceRoutes } from '../../src/routes/oip.ts'
import { buildApp, fakeScoring } from './fake-scoring.ts'

const SERVER = { name: 'millrace', version: '1.2.3' }

function serve(t: TestContext) {
  const scoring = fakeScoring()
  const { app, health } = buildApp(t)
  registerInferenceRoutes(app, { scoring, health, server: SERVER, maxRows: 4 })
  const get = async (url: string) => answerOf(await app.inject(url))
  const infer = async (body: unknown, path = '/v2/models/fraud') =>
    answerOf(await app.inject({ method: 'POST', url: `${path}/infer`, body: bytesOf(body) }))
  return { app, scoring, health, get, infer }
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

function answerOf(response: { readonly statusCode: number; json(): unknown }): Answer {
  return { status: response.statusCode, body: response.json() }
}

const bytesOf = (body: unknown): Buffer => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))

const INPUT = { name: 'features', shape: [2, 3], datatype: 'FP32', data: [1, 2, 3, 0, 0, 0] }
const OUTPUT = { name: 'probabilities', shape: [2, 2], datatype: 'FP32', data: [-320, 321, 1, 0] }
const ANSWER = { model_name: 'fraud', model_version: '3', outputs: [OUTPUT] }

const refusal = (status: number, error: string): Answer => ({ status, body: { error } })

test('the server tells what it is and how it is', async t => {
  const { get, scoring, health } = serve(t)
  const { body } = await get('/v2')
  assert.deepStrictEqual(body, { ...SERVER, extensions: [] })
  assert.deepStrictEqual(await get('/v2/health/live'), { status: 200, body: { live: true } })
  assert.deepStrictEqual(await get('/v2/health/ready'), { status: 200, body: { ready: true, live: true } })
  scoring.ready = false
  assert.deepStrictEqual(await get('/v2/health/ready'), { status: 503, body: { ready: false, live: true } })
  scoring.ready = true
  health.ready('redis', false)
  assert.deepStrictEqual(await get('/v2/health/ready'), { status: 503, body: { ready: false, live: true } })
})

test('the model is described, with and without its version', async t => {
  const { get, scoring } = serve(t)
  const metadata = {
    name: 'fraud',
    versions: ['3'],
    platform: 'onnx_onnxv1',
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 3] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
  }
  for (const path of ['/v2/models/fraud', '/v2/models/fraud/versions/3', '/v2/models/%66raud?x=1']) {
    assert.deepStrictEqual(await get(path), { status: 200, body: metadata })
  }
  assert.deepStrictEqual(await get('/v2/models/fraud/ready'), {
    status: 200,
    body: { name: 'fraud', ready: true },
  })
  scoring.ready = false
  assert.deepStrictEqual(await get('/v2/models/fraud/versions/3/ready'), {
    status: 503,
    body: { name: 'fraud', ready: false },
  })
})

test('vectors are scored from flat and from nested data', async t => {
  const { infer } = serve(t)
  const nested = {
    ...INPUT,
    data: [
      [1, 2, 3],
      [0, 0, 0],
    ],
  }
  assert.deepStrictEqual(await infer({ inputs: [INPUT] }), { status: 200, body: ANSWER })
  assert.deepStrictEqual(await infer({ inputs: [nested] }), { status: 200, body: ANSWER })
  assert.deepStrictEqual(await infer({ inputs: [INPUT] }, '/v2/models/fraud/versions/3'), {
    status: 200,
    body: ANSWER,
  })
})

test('an id is given back, and parameters and requested outputs are accepted', async t => {
  const { infer } = serve(t)
  const outputs = [{ name: 'probabilities', parameters: { binary_data: false } }]
  const request = { id: '42', parameters: { priority: 1 }, inputs: [INPUT], outputs }
  assert.deepStrictEqual(await infer(request), { status: 200, body: { ...ANSWER, id: '42' } })
  assert.deepStrictEqual(await infer({ inputs: [INPUT], outputs: [] }), { status: 200, body: ANSWER })
})

for (const datatype of ['FP64', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64']) {
  test(`${datatype} is taken as float`, async t => {
    const { infer } = serve(t)
    assert.deepStrictEqual(await infer({ inputs: [{ ...INPUT, datatype }] }), { status: 200, body: ANSWER })
  })
}

test('any Content-Type will do', async t => {
  const { app } = serve(t)
  for (const type of ['application/octet-stream', 'text/plain', 'nonsense']) {
    const headers = { 'content-type': type }
    const url = '/v2/models/fraud/infer'
    const response = await app.inject({ method: 'POST', url, headers, body: bytesOf({ inputs: [INPUT] }) })
    assert.deepStrictEqual(answerOf(response), { status: 200, body: ANSWER })
  }
})

const UNKNOWN_MODEL = refusal(404, 'The model is unknown: this server has "fraud".')
const UNKNOWN_VERSION = refusal(404, 'The version is unknown: this server has 3.')

test('an unknown model or version is answered by 404, whatever is asked of it', async t => {
  const { get, infer } = serve(t)
  for (const suffix of ['', '/ready']) {
    assert.deepStrictEqual(await get(`/v2/models/churn${suffix}`), UNKNOWN_MODEL)
    assert.deepStrictEqual(await get(`/v2/models/fraud/versions/4${suffix}`), UNKNOWN_VERSION)
  }
  assert.deepStrictEqual(await infer({ inputs: [INPUT] }, '/v2/models/churn'), UNKNOWN_MODEL)
  assert.deepStrictEqual(await infer({ inputs: [INPUT] }, '/v2/models/fraud/versions/4'), UNKNOWN_VERSION)
})

const WRONG_SHAPE = 'The shape of the input must be [rows, 3].'
const WRONG_ROWS = 'The input must have from 1 to 4 rows.'
const WRONG_TYPE =
  'The model expects FP32: the datatype must be one of FP32, FP64, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64.'
const NO_DATA = 'The input has no "data", which must be a list of numbers.'
const OTHER_DATA = 'The data of the input do not have its shape.'
const NO_OUTPUT = 'The model has no such output: its name is "probabilities".'
const notANumber = (place: number): string => `Value ${place} of the input is no number of its datatype.`
const input = (change: object): object => ({ inputs: [{ ...INPUT, ...change }] })

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['an empty body', '', 'The body is empty: it must be JSON.'],
  ['a body that is no JSON', '{"inputs"', 'The body is no JSON.'],
  ['a body that is no object', [1], 'The request must be an object.'],
  ['an empty object', {}, 'The request has no "inputs", which must be a list.'],
  ['no inputs', { inputs: [] }, 'The model expects 1 input, 0 came.'],
  ['two inputs', { inputs: [INPUT, INPUT] }, 'The model expects 1 input, 2 came.'],
  ['an input that is no object', { inputs: ['features'] }, 'The input must be an object.'],
  ['another input', input({ name: 'x' }), 'The model has no such input: its name is "features".'],
  ['an id that is no text', { id: 1, inputs: [INPUT] }, 'The "id" must be text.'],
  [
    'parameters that are no object',
    { parameters: [], inputs: [INPUT] },
    'The "parameters" must be an object.',
  ],
  ['another output', { inputs: [INPUT], outputs: [{ name: 'x' }] }, NO_OUTPUT],
  ['outputs that are no list', { inputs: [INPUT], outputs: 'x' }, 'The "outputs" must be a list.'],
  ['two outputs', { inputs: [INPUT], outputs: [{}, {}] }, 'The model has 1 output: ask for no more.'],
  ['too few columns', input({ shape: [3, 2] }), WRONG_SHAPE],
  ['a vector instead of a table', input({ shape: [6] }), WRONG_SHAPE],
  ['a missing shape', input({ shape: undefined }), WRONG_SHAPE],
  ['no rows', input({ shape: [0, 3], data: [] }), WRONG_ROWS],
  ['a negative number of rows', input({ shape: [-1, 3] }), WRONG_ROWS],
  ['too many rows', input({ shape: [5, 3] }), WRONG_ROWS],
  ['half a row', input({ shape: [1.5, 3] }), WRONG_ROWS],
  ['fewer values than the shape', input({ data: [1, 2, 3] }), OTHER_DATA],
  [
    'nested rows of another length',
    input({
      data: [
        [1, 2, 3],
        [0, 0],
      ],
    }),
    OTHER_DATA,
  ],
  ['a nested row among values', input({ data: [[1, 2, 3], 0] }), OTHER_DATA],
  ['missing data', input({ data: undefined }), NO_DATA],
  ['data in binary', input({ data: undefined, parameters: { binary_data_size: 24 } }), NO_DATA],
  ['texts', input({ datatype: 'BYTES', data: ['a', 'b', 'c', 'd', 'e', 'f'] }), WRONG_TYPE],
  ['truth values', input({ datatype: 'BOOL', data: [true, true, true, true, true, true] }), WRONG_TYPE],
  ['half floats, which JSON does not carry', input({ datatype: 'FP16' }), WRONG_TYPE],
  ['an unknown datatype', input({ datatype: 'FP99' }), WRONG_TYPE],
  ['a text among numbers', input({ data: [1, '2', 3, 0, 0, 0] }), notANumber(2)],
  [
    'null among numbers',
    input({
      data: [
        [1, 2, 3],
        [0, null, 0],
      ],
    }),
    notANumber(5),
  ],
  ['a list among numbers', input({ data: [1, 2, 3, 0, 0, [0]] }), notANumber(6)],
  ['a number beyond float32', input({ datatype: 'FP64', data: [1, 2, 1e39, 0, 0, 0] }), notANumber(3)],
  ['a fraction as an integer', input({ datatype: 'INT32', data: [1, 2.5, 3, 0, 0, 0] }), notANumber(2)],
  ['an integer beyond its type', input({ datatype: 'UINT8', data: [256, 2, 3, 0, 0, 0] }), notANumber(1)],
  [
    'an integer beyond what JSON holds',
    input({ datatype: 'INT64', data: [2 ** 53, 2, 3, 0, 0, 0] }),
    notANumber(1),
  ],
]

for (const [name, body, error] of REFUSED) {
  test(`${name}: refused with 400 and the reason`, async t => {
    const { infer } = serve(t)
    assert.deepStrictEqual(await infer(body), refusal(400, error))
  })
}

test('a binary request is refused in words', async t => {
  const { app } = serve(t)
  const headers = { 'inference-header-content-length': '2' }
  const url = '/v2/models/fraud/infer'
  const response = await app.inject({ method: 'POST', url, headers, body: Buffer.from('{}\0\0') })
  assert.deepStrictEqual(
    answerOf(response),
    refusal(400, 'Binary tensors are not supported: send "data" in JSON.'),
  )
})

test('NaN and Infinity are no JSON', async t => {
  const { infer } = serve(t)
  for (const word of ['NaN', 'Infinity', '1e400']) {
    const { status } = await infer(
      `{"inputs":[{"name":"features","shape":[1,3],"datatype":"FP32","data":[1,${word},3]}]}`,
    )
    assert.equal(status, 400)
  }
})

test('an answer that JSON cannot carry is refused', async t => {
  const { infer } = serve(t)
  const big = { ...INPUT, shape: [1, 3], data: [3e38, 3e38, 3e38] }
  assert.deepStrictEqual(
    await infer({ inputs: [big] }),
    refusal(400, 'The model has no finite answer to these values.'),
  )
})

test('overload and a lost model are answered by 503', async t => {
  const { infer, scoring } = serve(t)
  for (const code of ['SCORER_OVERLOADED', 'MODEL_UNAVAILABLE'] as const) {
    scoring.failure = new MillraceError(code, 'Try again.')
    assert.deepStrictEqual(await infer({ inputs: [INPUT] }), refusal(503, 'Try again.'))
  }
})
