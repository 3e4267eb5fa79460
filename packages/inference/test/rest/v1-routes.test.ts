import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { singleModel } from '../../src/served/single-model.ts'
import { echoModel } from './echo-model.ts'
import { fakeModel } from './fake-model.ts'
import { get, post, serveModels } from './serve.ts'

const PREDICT = '/v1/models/fraud:predict'
const ECHO = '/v1/models/echo:predict'

const PAYMENT = [
  { name: 'amount', datatype: 'FP32', shape: [-1, 1] },
  { name: 'country', datatype: 'BYTES', shape: [-1, 1] },
] as const

test('rows in, predictions out: with the model alone, by its version and by an alias', async t => {
  const app = serveModels(t, fakeModel())
  const instances = [
    [1, 2, 3],
    [0, 0, 0],
  ]
  const predictions = [
    [-320, 321],
    [1, 0],
  ]
  for (const model of ['fraud', '%66raud', 'fraud/versions/3', 'fraud/labels/champion']) {
    assert.deepEqual(await post(app, `/v1/models/${model}:predict`, { instances }), {
      status: 200,
      body: { predictions },
    })
  }
})

test('columns in, outputs out, under the name of the input or without it', async t => {
  const app = serveModels(t, fakeModel())
  const tensor = [[1, 2, 3]]
  for (const inputs of [tensor, { features: tensor }]) {
    assert.deepEqual(await post(app, PREDICT, { signature_name: 'serving_default', inputs }), {
      status: 200,
      body: { outputs: [[-320, 321]] },
    })
  }
})

test('instances of a model of several inputs are objects, and so are its predictions', async t => {
  const app = serveModels(t, echoModel(PAYMENT))
  const instances = [
    { amount: 1.5, country: 'FR' },
    { amount: 2, country: { b64: 'REU=' } },
  ]
  assert.deepEqual(await post(app, ECHO, { instances }), {
    status: 200,
    body: {
      predictions: [
        { amount_out: [1.5], country_out: ['FR'] },
        { amount_out: [2], country_out: ['DE'] },
      ],
    },
  })
  const inputs = { amount: [[1.5], [2]], country: ['FR', 'DE'] }
  assert.deepEqual(await post(app, ECHO, { inputs }), {
    status: 200,
    body: { outputs: { amount_out: [[1.5], [2]], country_out: [['FR'], ['DE']] } },
  })
})

test('bare values are the rows of a model of one column, and of one without columns', async t => {
  for (const shape of [[-1, 1], [-1]]) {
    const app = serveModels(t, echoModel([{ name: 'x', datatype: 'FP64', shape }]))
    const predictions = shape.length === 2 ? [[1], [2.5]] : [1, 2.5]
    for (const instances of [
      [1, 2.5],
      [{ x: 1 }, { x: 2.5 }],
    ]) {
      assert.deepEqual(await post(app, ECHO, { instances }), { status: 200, body: { predictions } })
    }
  }
})

test('tensors of any rank are nested as they came', async t => {
  const app = serveModels(t, echoModel([{ name: 'x', datatype: 'INT64', shape: [-1, 2, 3] }]))
  const instances = [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ]
  assert.deepEqual(await post(app, ECHO, { instances }), { status: 200, body: { predictions: instances } })
})

test('an output whose name ends in _bytes comes in base64', async t => {
  const model = echoModel([{ name: 'x', datatype: 'BYTES', shape: [-1] }])
  const signature = {
    ...model.signature,
    outputs: [{ name: 'x_bytes', datatype: 'BYTES', shape: [-1] }],
  } as const
  const app = serveModels(t, { ...model, signature })
  assert.deepEqual(await post(app, ECHO, { instances: ['DE', { b64: 'RlI=' }] }), {
    status: 200,
    body: { predictions: [{ b64: 'REU=' }, { b64: 'RlI=' }] },
  })
})

const EITHER = 'The request needs either "instances" (rows) or "inputs" (columns), and not both.'
const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['neither instances nor inputs', {}, EITHER],
  ['both', { instances: [[1, 2, 3]], inputs: [[1, 2, 3]] }, EITHER],
  ['no instance', { instances: [] }, 'The "instances" must be a list of at least one.'],
  ['instances that are no list', { instances: 7 }, 'The "instances" must be a list of at least one.'],
  [
    'another signature',
    { signature_name: 'x', instances: [[1, 2, 3]] },
    'The model has one signature, "serving_default": leave "signature_name" out.',
  ],
  [
    'rows of another width',
    { instances: [[1, 2]] },
    'Input "features" must have the shape [-1,3], not [1,2].',
  ],
  [
    'rows of several widths',
    { instances: [[1, 2, 3], [1]] },
    'The data of input "features" do not have its shape.',
  ],
  [
    'a text among numbers',
    { instances: [[1, 'x', 3]] },
    'Value 2 of input "features" is no FP32, or does not fit the model\'s FP32.',
  ],
  [
    'a row by another name',
    { instances: [{ x: [1, 2, 3] }] },
    'The model has no such input: it has "features".',
  ],
  ['a row without a value', { instances: [{}] }, 'The input "features" is missing.'],
]

for (const [name, body, error] of REFUSED) {
  test(`${name}: refused with 400 and the reason`, async t => {
    assert.deepEqual(await post(serveModels(t, fakeModel()), PREDICT, body), { status: 400, body: { error } })
  })
}

test('an unknown model, version, alias or verb is answered by 404', async t => {
  const app = serveModels(t, {
    ...singleModel(fakeModel()),
    findByAlias() {
      throw new MillraceError('NOT_FOUND', 'No version has that alias.')
    },
  })
  const paths = ['churn', 'fraud/versions/4', 'fraud/labels/shadow']
  for (const path of paths) {
    assert.equal((await post(app, `/v1/models/${path}:predict`, { instances: [[1, 2, 3]] })).status, 404)
    assert.equal((await get(app, `/v1/models/${path}`)).status, 404)
    assert.equal((await get(app, `/v1/models/${path}/metadata`)).status, 404)
  }
  assert.deepEqual(await post(app, '/v1/models/fraud:classify', {}), {
    status: 404,
    body: { error: 'Nothing answers this method and path.' },
  })
})

test('a model stands as both kinds of clients read it', async t => {
  const model = fakeModel()
  const app = serveModels(t, model)
  assert.deepEqual(await get(app, '/'), { status: 200, body: { status: 'alive' } })
  assert.deepEqual(await get(app, '/v1/models'), { status: 200, body: { models: ['fraud'] } })
  const version = { version: '3', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }
  assert.deepEqual(await get(app, '/v1/models/fraud'), {
    status: 200,
    body: { name: 'fraud', ready: true, model_version_status: [version] },
  })
  model.ready = false
  assert.deepEqual(await get(app, '/v1/models/fraud/versions/3'), {
    status: 503,
    body: {
      name: 'fraud',
      ready: false,
      error: 'The model is not ready: try again.',
      model_version_status: [{ ...version, state: 'END' }],
    },
  })
})

test('a model that is not loaded says where its versions stand', async t => {
  const app = serveModels(t, {
    ...singleModel(fakeModel()),
    find() {
      throw new MillraceError('MODEL_UNAVAILABLE', 'The model is being loaded.')
    },
    index: () => [{ name: 'fraud', version: '3', state: 'LOADING', reason: '' }],
  })
  const version = { version: '3', state: 'LOADING', status: { error_code: 'OK', error_message: '' } }
  const body = {
    name: 'fraud',
    ready: false,
    error: 'The model is being loaded.',
    model_version_status: [version],
  }
  assert.deepEqual(await get(app, '/v1/models/fraud'), { status: 503, body })
})

test('the signature is told as TensorFlow Serving tells it', async t => {
  const { body } = await get(serveModels(t, echoModel(PAYMENT)), '/v1/models/echo/metadata')
  const info = (name: string, dtype: string): object => ({
    dtype,
    tensor_shape: {
      dim: [
        { size: '-1', name: '' },
        { size: '1', name: '' },
      ],
      unknown_rank: false,
    },
    name,
  })
  const serving_default = {
    inputs: { amount: info('amount', 'DT_FLOAT'), country: info('country', 'DT_STRING') },
    outputs: { amount_out: info('amount_out', 'DT_FLOAT'), country_out: info('country_out', 'DT_STRING') },
    method_name: 'tensorflow/serving/predict',
  }
  assert.deepEqual(body, {
    model_spec: { name: 'echo', signature_name: '', version: '1' },
    metadata: { signature_def: { signature_def: { serving_default } } },
  })
})
