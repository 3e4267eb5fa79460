import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInferRequest } from '../../src/grpc/infer/read-infer-request.ts'
import { writeInferResponse } from '../../src/grpc/infer/write-infer-response.ts'
import { modelInferRequest, modelInferResponse } from '../../src/grpc/messages/infer.ts'
import { DATATYPES, type Datatype } from '../../src/tensor/datatypes.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

/** Values of each datatype, its borders among them, as a tensor and as the contents of a message. */
const VALUES: Readonly<
  Record<Exclude<Datatype, 'FP16'>, readonly [string, readonly unknown[], Tensor['data']]>
> = {
  BOOL: ['bool_contents', [true, false], Uint8Array.of(1, 0)],
  UINT8: ['uint_contents', [0, 255], Uint8Array.of(0, 255)],
  UINT16: ['uint_contents', [0, 65_535], Uint16Array.of(0, 65_535)],
  UINT32: ['uint_contents', [0, 2 ** 32 - 1], Uint32Array.of(0, 2 ** 32 - 1)],
  UINT64: ['uint64_contents', [0n, 2n ** 64n - 1n], BigUint64Array.of(0n, 2n ** 64n - 1n)],
  INT8: ['int_contents', [-128, 127], Int8Array.of(-128, 127)],
  INT16: ['int_contents', [-32_768, 32_767], Int16Array.of(-32_768, 32_767)],
  INT32: ['int_contents', [-(2 ** 31), 2 ** 31 - 1], Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
  INT64: ['int64_contents', [-(2n ** 63n), 2n ** 63n - 1n], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
  FP32: ['fp32_contents', [Number.NaN, 0.5], Float32Array.of(Number.NaN, 0.5)],
  FP64: ['fp64_contents', [Number.NEGATIVE_INFINITY, 0.1], Float64Array.of(Number.NEGATIVE_INFINITY, 0.1)],
  BYTES: ['bytes_contents', [Buffer.from('größer'), Buffer.from('')], ['größer', '']],
}

const identity = { name: 'm', version: '1', digest: '' }
const specOf = (datatype: Datatype) => ({ name: 'x', datatype, shape: [-1] })

function read(datatype: Datatype, request: object, given: string = datatype) {
  const input = { name: 'x', datatype: given, shape: [2], ...request }
  const bytes = modelInferRequest.encode({ inputs: [input] })
  const { inputs } = readInferRequest(modelInferRequest.decode(bytes), {
    inputs: [specOf(datatype)],
    outputs: [specOf(datatype)],
  })
  return inputs[0]!.data
}

test('every datatype goes into its contents and comes out of them', () => {
  for (const [name, [field, list, data]] of Object.entries(VALUES)) {
    const datatype = name as Datatype
    assert.deepStrictEqual(read(datatype, { contents: { [field]: list } }), data, name)
    const signature = { inputs: [], outputs: [specOf(datatype)] }
    const tensors = [{ datatype, shape: [2], data }]
    const answer = writeInferResponse({ identity, signature }, { outputs: [0], raw: false }, '', tensors)
    const { outputs } = modelInferResponse.decode(modelInferResponse.encode(answer))
    const contents = outputs[0]!.contents as Readonly<Record<string, unknown>>
    assert.deepStrictEqual(contents[field], list, name)
  }
  assert.deepEqual([...Object.keys(VALUES), 'FP16'].sort(), [...DATATYPES].sort())
})

test('values that are no values of the datatype are refused', () => {
  const refused = { code: 'REQUEST_INVALID' }
  assert.throws(() => read('INT8', { contents: { int_contents: [128, 0] } }), refused)
  assert.throws(() => read('UINT16', { contents: { uint_contents: [65_536, 0] } }), refused)
  assert.throws(
    () => read('BYTES', { contents: { bytes_contents: [Buffer.from([0xff]), Buffer.from('')] } }),
    refused,
  )
  assert.throws(() => read('FP32', { contents: { fp64_contents: [1, 2] } }), refused)
  assert.throws(() => read('FP32', { contents: { fp32_contents: [1, 2, 3] } }), refused)
  assert.throws(() => read('FP16', { contents: { uint_contents: [1, 2] } }), refused)
  assert.throws(() => read('FP32', {}), refused)
})

test('whole numbers are widened to what the model takes, never cut', () => {
  assert.deepStrictEqual(
    read('FP64', { contents: { int_contents: [1, -2] } }, 'INT32'),
    Float64Array.of(1, -2),
  )
  assert.throws(() => read('INT32', { contents: { fp32_contents: [1, 2] } }, 'FP32'), {
    code: 'REQUEST_INVALID',
  })
})

test('raw values and contents are never mixed, and raw values are as many as the inputs', () => {
  const input = { name: 'x', datatype: 'FP32', shape: [1] }
  const signature = { inputs: [specOf('FP32')], outputs: [specOf('FP32')] }
  const infer = (request: object) =>
    readInferRequest(modelInferRequest.decode(modelInferRequest.encode(request)), signature)
  const raw = Buffer.alloc(4)
  const mixed = { ...input, contents: { fp32_contents: [1] } }
  assert.throws(() => infer({ inputs: [mixed], raw_input_contents: [raw] }), /beside raw_input_contents/)
  assert.throws(() => infer({ inputs: [input], raw_input_contents: [raw, raw] }), /has 1 inputs, and 2 raw/)
  assert.equal(infer({ inputs: [input], raw_input_contents: [raw] }).raw, true)
})
