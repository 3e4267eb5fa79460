import assert from 'node:assert/strict'
import { test } from 'node:test'
import { singleModel } from '../../src/served/single-model.ts'
import { writeRawTensor } from '../../src/tensor/raw-tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { binaryInput, binaryRequest, readAnswer } from './binary-request.ts'
import { echoModel } from './echo-model.ts'
import { fakeModel } from './fake-model.ts'
import { post, serveModels } from './serve.ts'

const URL = '/v2/models/fraud/infer'
const ROW: Tensor = { datatype: 'FP32', shape: [1, 3], data: Float32Array.of(1, 2, 3) }
const BYTES = writeRawTensor(ROW)
const INPUT = binaryInput('features', ROW)

test('what tritonclient sends by default comes back as bytes', async t => {
  const app = serveModels(t, fakeModel())
  const asked = { inputs: [INPUT], parameters: { binary_data_output: true } }
  const response = await app.inject({ method: 'POST', url: URL, ...binaryRequest(asked, [BYTES]) })
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'application/octet-stream')
  const head =
    '{"model_name":"fraud","model_version":"3","outputs":[{"name":"probabilities","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}]}'
  assert.equal(response.headers['inference-header-content-length'], String(head.length))
  assert.deepEqual(
    response.rawPayload,
    Buffer.concat([Buffer.from(head), Buffer.from(Float32Array.of(-320, 321).buffer)]),
  )
})

test('bytes may come in and JSON go out, and the other way round', async t => {
  const app = serveModels(t, fakeModel())
  const { body, headers } = binaryRequest({ inputs: [INPUT] }, [BYTES])
  const outputs = [{ name: 'probabilities', shape: [1, 2], datatype: 'FP32', data: [-320, 321] }]
  assert.deepEqual(await post(app, URL, body, headers), {
    status: 200,
    body: { model_name: 'fraud', model_version: '3', outputs },
  })
  const json = { name: 'features', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] }
  const wanted = [{ name: 'probabilities', parameters: { binary_data: true } }]
  const response = await app.inject({ method: 'POST', url: URL, body: { inputs: [json], outputs: wanted } })
  assert.deepEqual(readAnswer(response), [{ name: 'probabilities', shape: [1, 2], data: [-320, 321] }])
})

test('the flag of an output wins over that of the request, and outputs may be mixed', async t => {
  const specs = ['a', 'b'].map(name => ({ name, datatype: 'FP32', shape: [-1, 3] }) as const)
  const app = serveModels(t, echoModel(specs))
  const asked = {
    parameters: { binary_data_output: true },
    inputs: [binaryInput('b', ROW), { name: 'a', shape: [1, 3], datatype: 'INT32', data: [7, 8, 9] }],
    outputs: [{ name: 'b_out' }, { name: 'a_out', parameters: { binary_data: false } }],
  }
  const response = await app.inject({
    method: 'POST',
    url: '/v2/models/echo/infer',
    ...binaryRequest(asked, [BYTES]),
  })
  assert.deepEqual(readAnswer(response), [
    { name: 'b_out', shape: [1, 3], data: [1, 2, 3] },
    { name: 'a_out', shape: [1, 3], data: [7, 8, 9] },
  ])
  assert.match(
    response.rawPayload.toString(),
    /"name":"a_out","datatype":"FP32","shape":\[1,3\],"data":\[7,8,9\]/,
  )
})

test('whole numbers in bytes are widened, and what does not fit is refused', async t => {
  const app = serveModels(t, fakeModel())
  const whole: Tensor = { datatype: 'INT64', shape: [1, 3], data: BigInt64Array.of(1n, 2n, 3n) }
  const send = (tensor: Tensor) => {
    const { body, headers } = binaryRequest({ inputs: [binaryInput('features', tensor)] }, [
      writeRawTensor(tensor),
    ])
    return post(app, URL, body, headers)
  }
  assert.equal((await send(whole)).status, 200)
  assert.deepEqual(await send({ ...whole, data: BigInt64Array.of(1n, 2n ** 53n, 3n) }), {
    status: 400,
    body: { error: 'Value 2 of input "features" does not fit the model\'s FP32.' },
  })
  assert.deepEqual(await send({ ...ROW, datatype: 'FP16', data: Uint16Array.of(0, 0, 0) }), {
    status: 400,
    body: { error: 'Input "features" is of FP32: FP16 cannot become that.' },
  })
})

test('a body without JSON is the row of a model of one input, and all its outputs come as bytes', async t => {
  const app = serveModels(t, fakeModel())
  const headers = { 'inference-header-content-length': '0' }
  const body = Buffer.from(BYTES)
  const response = await app.inject({ method: 'POST', url: URL, headers, body })
  assert.deepEqual(readAnswer(response), [{ name: 'probabilities', shape: [1, 2], data: [-320, 321] }])
  assert.deepEqual(await post(app, URL, body.subarray(4), headers), {
    status: 400,
    body: { error: 'Input "features" has not as many bytes as its shape and datatype tell.' },
  })
  assert.equal((await post(app, URL, undefined, headers)).status, 400)
})

test('the free dimension of a body without JSON follows from its size, and a text needs no length', async t => {
  const headers = { 'inference-header-content-length': '0' }
  const url = '/v2/models/echo/infer'
  const free = serveModels(t, echoModel([{ name: 'x', datatype: 'FP32', shape: [-1] }], false))
  const numbers = await free.inject({ method: 'POST', url, headers, body: Buffer.from(BYTES) })
  assert.deepEqual(readAnswer(numbers), [{ name: 'x_out', shape: [3], data: [1, 2, 3] }])
  const texts = serveModels(t, echoModel([{ name: 'x', datatype: 'BYTES', shape: [-1, 1] }]))
  const text = await texts.inject({ method: 'POST', url, headers, body: Buffer.from('naïve') })
  assert.deepEqual(readAnswer(text), [{ name: 'x_out', shape: [1, 1], data: ['naïve'] }])
  const unknown = serveModels(t, echoModel([{ name: 'x', datatype: 'FP32', shape: [-1, -1, -1] }]))
  assert.deepEqual(await post(unknown, url, Buffer.from(BYTES), headers), {
    status: 400,
    body: {
      error:
        'The shape of input "x", [-1,-1,-1], does not follow from the size of the body: send it in JSON.',
    },
  })
})

const WRONG_LENGTH =
  'The header Inference-Header-Content-Length must be the length of the JSON before the tensors, in bytes.'

test('bytes that do not add up are refused with 400', async t => {
  const app = serveModels(t, fakeModel())
  const refused = async (json: object, tensors: readonly Uint8Array[], header?: string): Promise<unknown> => {
    const { body, headers } = binaryRequest(json, tensors)
    const { status, body: answer } = await post(
      app,
      URL,
      body,
      header === undefined ? headers : { 'inference-header-content-length': header },
    )
    assert.equal(status, 400)
    return (answer as { readonly error: string }).error
  }
  const ask = { inputs: [INPUT] }
  assert.equal(
    await refused(ask, [BYTES.subarray(4)]),
    'The body ends 4 bytes too early for input "features".',
  )
  assert.equal(await refused(ask, [BYTES, BYTES]), 'The body has 12 bytes more than its inputs tell.')
  const json = { name: 'features', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] }
  assert.equal(await refused({ inputs: [json] }, [BYTES]), 'The body has 12 bytes more than its inputs tell.')
  assert.equal(
    await refused({ inputs: [{ ...INPUT, data: [1] }] }, [BYTES]),
    'Input "features" came both as "data" and as bytes.',
  )
  for (const size of [-1, 1.5, '12', 2 ** 60]) {
    const input = { ...INPUT, parameters: { binary_data_size: size } }
    assert.equal(
      await refused({ inputs: [input] }, [BYTES]),
      'The "binary_data_size" of input "features" must be a whole number of bytes.',
    )
  }
  for (const header of ['-1', '9999', '1e2', 'x', '']) {
    assert.equal(await refused(ask, [BYTES], header), WRONG_LENGTH)
  }
})

test('texts, bits and halves go in and out as they are', async t => {
  const specs = [
    { name: 'text', datatype: 'BYTES', shape: [-1, 2] },
    { name: 'flag', datatype: 'BOOL', shape: [-1, 2] },
    { name: 'half', datatype: 'FP16', shape: [-1, 2] },
  ] as const
  const model = echoModel(specs)
  const app = serveModels(t, singleModel(model))
  const tensors: Tensor[] = [
    { datatype: 'BYTES', shape: [1, 2], data: ['', 'grün'] },
    { datatype: 'BOOL', shape: [1, 2], data: Uint8Array.of(1, 0) },
    { datatype: 'FP16', shape: [1, 2], data: Uint16Array.of(0x3c00, 0x7e00) },
  ]
  const asked = {
    inputs: tensors.map((tensor, i) => binaryInput(specs[i]!.name, tensor)),
    parameters: { binary_data_output: true },
  }
  const response = await app.inject({
    method: 'POST',
    url: '/v2/models/echo/infer',
    ...binaryRequest(asked, tensors.map(writeRawTensor)),
  })
  assert.deepEqual(readAnswer(response), [
    { name: 'text_out', shape: [1, 2], data: ['', 'grün'] },
    { name: 'flag_out', shape: [1, 2], data: [1, 0] },
    { name: 'half_out', shape: [1, 2], data: [0x3c00, 0x7e00] },
  ])
})
