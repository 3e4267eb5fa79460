import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { Health, type MetricsRegistry } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { registerInferenceRoutes } from '../../src/rest/oip-routes.ts'
import { singleModel } from '../../src/served/single-model.ts'
import { fakeModel } from './fake-model.ts'

const SERVER = { name: 'millrace', version: '1.2.3' }

function serve(t: TestContext) {
  const health = new Health()
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health })
  t.after(() => app.close())
  const model = fakeModel()
  registerInferenceRoutes(app, { models: singleModel(model), health, server: SERVER })
  const get = async (url: string) => answerOf(await app.inject(url))
  const infer = async (body: unknown, path = '/v2/models/fraud') =>
    answerOf(await app.inject({ method: 'POST', url: `${path}/infer`, body: bytesOf(body) }))
  return { app, model, health, get, infer }
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
  const { get, model, health } = serve(t)
  const { body } = await get('/v2')
  assert.deepStrictEqual(body, { ...SERVER, extensions: [] })
  assert.deepStrictEqual(await get('/v2/health/live'), { status: 200, body: { live: true } })
  assert.deepStrictEqual(await get('/v2/health/ready'), { status: 200, body: { ready: true, live: true } })
  model.ready = false
  assert.deepStrictEqual(await get('/v2/health/ready'), { status: 503, body: { ready: false, live: true } })
  model.ready = true
  health.ready('redis', false)
  assert.deepStrictEqual(await get('/v2/health/ready'), { status: 503, body: { ready: false, live: true } })
})

test('the model is described, with and without its version', async t => {
  const { get, model } = serve(t)
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
  model.ready = false
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

const wrongShape = (given: string): string => `Input "features" must have the shape [-1,3], not [${given}].`
const NO_SHAPE = 'The shape of input "features" must be a list of whole numbers.'
const wrongType = (mend: string): string => `Input "features" is of FP32: ${mend}.`
const NO_DATA = 'Input "features" has no "data", which must be a list.'
const OTHER_DATA = 'The data of input "features" do not have its shape.'
const NO_OUTPUT = 'The model has no such output: it has "probabilities".'
const notANumber = (place: number, given = 'FP32'): string =>
  `Value ${place} of input "features" is no ${given}, or does not fit the model's FP32.`
const input = (change: object): object => ({ inputs: [{ ...INPUT, ...change }] })

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['an empty body', '', 'The body is empty: it must be JSON.'],
  ['a body that is no JSON', '{"inputs"', 'The body is no JSON.'],
  ['a body that is no object', [1], 'The request must be an object.'],
  ['an empty object', {}, 'The request has no "inputs", which must be a list.'],
  ['no inputs', { inputs: [] }, 'The model expects 1 inputs, 0 came: it takes "features".'],
  ['two inputs', { inputs: [INPUT, INPUT] }, 'The model expects 1 inputs, 2 came: it takes "features".'],
  ['an input that is no object', { inputs: ['features'] }, 'The input must be an object.'],
  ['another input', input({ name: 'x' }), 'The model has no such input: it has "features".'],
  ['an id that is no text', { id: 1, inputs: [INPUT] }, 'The "id" must be text.'],
  [
    'parameters that are no object',
    { parameters: [], inputs: [INPUT] },
    'The "parameters" must be an object.',
  ],
  ['another output', { inputs: [INPUT], outputs: [{ name: 'x' }] }, NO_OUTPUT],
  ['outputs that are no list', { inputs: [INPUT], outputs: 'x' }, 'The "outputs" must be a list.'],
  ['two outputs', { inputs: [INPUT], outputs: [{}, {}] }, 'The model has 1 outputs: ask for no more.'],
  ['too few columns', input({ shape: [3, 2] }), wrongShape('3,2')],
  ['a vector instead of a table', input({ shape: [6] }), wrongShape('6')],
  ['a missing shape', input({ shape: undefined }), NO_SHAPE],
  ['no rows', input({ shape: [0, 3], data: [] }), wrongShape('0,3')],
  ['a negative number of rows', input({ shape: [-1, 3] }), NO_SHAPE],
  ['half a row', input({ shape: [1.5, 3] }), NO_SHAPE],
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
  [
    'texts',
    input({ datatype: 'BYTES', data: ['a', 'b', 'c', 'd', 'e', 'f'] }),
    wrongType('BYTES cannot become that'),
  ],
  [
    'truth values',
    input({ datatype: 'BOOL', data: [true, true, true, true, true, true] }),
    wrongType('BOOL cannot become that'),
  ],
  [
    'half floats, which JSON does not carry',
    input({ datatype: 'FP16' }),
    wrongType('JSON cannot carry FP16, send it as binary data'),
  ],
  [
    'an unknown datatype',
    input({ datatype: 'FP99' }),
    'The datatype of input "features" is none of the protocol\'s.',
  ],
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
  [
    'a number beyond float32',
    input({ datatype: 'FP64', data: [1, 2, 1e39, 0, 0, 0] }),
    notANumber(3, 'FP64'),
  ],
  [
    'a fraction as an integer',
    input({ datatype: 'INT32', data: [1, 2.5, 3, 0, 0, 0] }),
    notANumber(2, 'INT32'),
  ],
  [
    'an integer beyond its type',
    input({ datatype: 'UINT8', data: [256, 2, 3, 0, 0, 0] }),
    notANumber(1, 'UINT8'),
  ],
  [
    'an integer beyond what JSON holds',
    input({ datatype: 'INT64', data: [2 ** 53, 2, 3, 0, 0, 0] }),
    notANumber(1, 'INT64'),
  ],
]

for (const [name, body, error] of REFUSED) {
  test(`${name}: refused with 400 and the reason`, async t => {
    const { infer } = serve(t)
    assert.deepStrictEqual(await infer(body), refusal(400, error))
  })
}

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
    refusal(
      400,
      'Output "probabilities" has values that are not finite, which JSON cannot carry: ask for it as binary data.',
    ),
  )
})

test('overload and a lost model are answered by 503', async t => {
  const { infer, model } = serve(t)
  for (const code of ['SCORER_OVERLOADED', 'MODEL_UNAVAILABLE'] as const) {
    model.failure = new MillraceError(code, 'Try again.')
    assert.deepStrictEqual(await infer({ inputs: [INPUT] }), refusal(503, 'Try again.'))
  }
})
