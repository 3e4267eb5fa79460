import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import type { AnswerFacts } from '../../src/served/answer-facts.ts'
import { bytesOf, CONTENTS_REQUEST, RAW_REQUEST, SERVER, serve } from './serve.ts'

const ok = (answer: unknown) => ({ code: 0, message: '', answer })
const OUTPUT = { name: 'probabilities', datatype: 'FP32', shape: [2, 2], parameters: {} }
const HEAD = { model_name: 'fraud', model_version: '3', id: '' }

test('the server tells what it is and how it is', async t => {
  const { client, health, model } = await serve(t)
  assert.deepStrictEqual(await client.infer('ServerLive', {}), ok({ live: true }))
  assert.deepStrictEqual(await client.infer('ServerReady', {}), ok({ ready: true }))
  const extensions = ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics']
  assert.deepStrictEqual(await client.infer('ServerMetadata', {}), ok({ ...SERVER, extensions }))
  model.ready = false
  assert.deepStrictEqual(await client.infer('ServerReady', {}), ok({ ready: false }))
  model.ready = true
  health.ready('redis', false)
  assert.deepStrictEqual(await client.infer('ServerReady', {}), ok({ ready: false }))
})

test('a model is described, with and without its version', async t => {
  const { client, model } = await serve(t)
  const metadata = {
    name: 'fraud',
    versions: ['3'],
    platform: 'onnx_onnxv1',
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 3] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
  }
  for (const version of ['', '3']) {
    assert.deepStrictEqual(await client.infer('ModelMetadata', { name: 'fraud', version }), ok(metadata))
    assert.deepStrictEqual(await client.infer('ModelReady', { name: 'fraud', version }), ok({ ready: true }))
  }
  assert.deepStrictEqual(await client.infer('ModelReady', { name: 'other' }), ok({ ready: false }))
  model.ready = false
  assert.deepStrictEqual(await client.infer('ModelReady', { name: 'fraud' }), ok({ ready: false }))
})

test('the configuration, the statistics and the index are in the form of Triton', async t => {
  const { client } = await serve(t)
  const config = {
    name: 'fraud',
    platform: 'onnxruntime_onnx',
    version_policy: { specific: { versions: [3] } },
    max_batch_size: 4_096,
    input: [{ name: 'features', data_type: 'TYPE_FP32', dims: [3] }],
    output: [{ name: 'probabilities', data_type: 'TYPE_FP32', dims: [2] }],
    dynamic_batching: {},
    backend: 'onnxruntime',
  }
  assert.deepStrictEqual(await client.infer('ModelConfig', { name: 'fraud' }), ok({ config }))
  const none = { count: 0, ns: 0 }
  const inference_stats = { success: none, fail: none, queue: none, compute_infer: none }
  const counts = { last_inference: 0, inference_count: 0, execution_count: 0 }
  const stats = ok({ model_stats: [{ name: 'fraud', version: '3', ...counts, inference_stats }] })
  assert.deepStrictEqual(await client.infer('ModelStatistics', {}), stats)
  assert.deepStrictEqual(await client.infer('ModelStatistics', { name: 'fraud', version: '3' }), stats)
  const models = [{ name: 'fraud', version: '3', state: 'READY', reason: '' }]
  assert.deepStrictEqual(await client.infer('RepositoryIndex', { ready: true }), ok({ models }))
})

test('a model is loaded by those who may, from the registry alone', async t => {
  const { client } = await serve(t)
  assert.deepStrictEqual(await client.infer('RepositoryModelLoad', { model_name: 'fraud' }), ok({}))
  const sent = { model_name: 'fraud', parameters: { 'file:1/model.onnx': { bytes_param: Buffer.from('x') } } }
  assert.equal((await client.infer('RepositoryModelLoad', sent)).code, 3)
  assert.equal((await client.infer('RepositoryModelUnload', { model_name: 'other' })).code, 5)
})

test('raw inputs are answered raw, and contents by contents', async t => {
  const { client } = await serve(t)
  const raw = {
    ...HEAD,
    id: 'r1',
    parameters: {},
    outputs: [{ ...OUTPUT, contents: null }],
    raw_output_contents: [bytesOf(-320, 321, 1, 0)],
  }
  assert.deepStrictEqual(await client.infer('ModelInfer', { ...RAW_REQUEST, id: 'r1' }), ok(raw))
  const { code, answer } = await client.infer('ModelInfer', CONTENTS_REQUEST)
  const { outputs, raw_output_contents } = answer as {
    outputs: { contents: { fp32_contents: number[] } }[]
    raw_output_contents: []
  }
  assert.equal(code, 0)
  assert.deepStrictEqual(outputs[0]!.contents.fp32_contents, [-320, 321, 1, 0])
  assert.deepStrictEqual(raw_output_contents, [])
})

test('a stream of requests is answered in its order, and a failure does not end it', async t => {
  const { client } = await serve(t)
  const stream = client.open('inference.GRPCInferenceService.ModelStreamInfer')
  const answers: { error_message: string; infer_response: { id: string } }[] = []
  stream.on('data', answer => answers.push(answer))
  for (let i = 0; i < 30; i++)
    stream.write({ ...RAW_REQUEST, id: `${i}`, model_name: i === 7 ? 'other' : 'fraud' })
  stream.end()
  await once(stream, 'end')
  assert.deepStrictEqual(
    answers.map(({ infer_response: { id } }) => id),
    Array.from({ length: 30 }, (_, i) => `${i}`),
  )
  assert.equal(answers[7]!.error_message, 'The model is unknown: this server has "fraud".')
  assert.equal(answers[8]!.error_message, '')
})

test('the deadline of a call and the timeout of a request reach the model, the earlier one of them', async t => {
  const { client, model } = await serve(t)
  const infer = model.infer.bind(model)
  const waits: number[] = []
  model.infer = (inputs, options) => {
    waits.push(Math.round((options!.deadline! - performance.now()) / 1_000))
    return infer(inputs, options)
  }
  const parameters = { timeout: { int64_param: 5_000_000 } }
  await client.infer('ModelInfer', RAW_REQUEST, { deadline: Date.now() + 20_000 })
  await client.infer('ModelInfer', { ...RAW_REQUEST, parameters })
  await client.infer('ModelInfer', { ...RAW_REQUEST, parameters }, { deadline: Date.now() + 20_000 })
  assert.deepStrictEqual(waits, [20, 5, 5])
})

test('a caller who hangs up is not waited for', async t => {
  const { client, model } = await serve(t)
  const asked = Promise.withResolvers<() => boolean>()
  model.infer = (_, options) => {
    asked.resolve(options!.isWanted!)
    return new Promise(() => {})
  }
  const stream = client.open('inference.GRPCInferenceService.ModelInfer')
  stream.on('error', () => {})
  stream.write(RAW_REQUEST)
  stream.end()
  const isWanted = await asked.promise
  assert.equal(isWanted(), true)
  stream.cancel()
  while (isWanted()) await new Promise(resolve => setImmediate(resolve))
})

test('an error is a status, with when to try again where that helps', async t => {
  const { client, model } = await serve(t)
  const codes = {
    MODEL_UNAVAILABLE: 14,
    MODEL_FAILED: 3,
    SCORER_OVERLOADED: 8,
    DEADLINE_EXCEEDED: 4,
  } as const
  for (const [code, status] of Object.entries(codes)) {
    model.failure = new MillraceError(code as keyof typeof codes, `Größe: 100 % of\n${code}.`)
    const { code: given, message, trailers } = await client.infer('ModelInfer', RAW_REQUEST)
    assert.deepStrictEqual([given, message], [status, `Größe: 100 % of\n${code}.`])
    assert.equal(trailers?.['grpc-retry-pushback-ms'], code === 'SCORER_OVERLOADED' ? '1000' : undefined)
  }
})

test('an error of our own says nothing of itself, and is told', async t => {
  const told: unknown[] = []
  const { client, model } = await serve(t, { onFailure: error => told.push(error) })
  const secret = new Error('secret')
  model.infer = () => Promise.reject(secret)
  const { code, message } = await client.infer('ModelInfer', RAW_REQUEST)
  assert.deepStrictEqual([code, message], [13, 'The server failed. Its log says why.'])
  assert.deepStrictEqual(told, [secret])
})

test('every request to a model is told of, whatever becomes of it', async t => {
  const facts: AnswerFacts[] = []
  const { client } = await serve(t, { onAnswer: fact => facts.push(fact) })
  await client.infer('ModelInfer', RAW_REQUEST)
  await client.infer('ModelInfer', { ...RAW_REQUEST, model_name: 'other' })
  await client.infer('ModelInfer', { ...RAW_REQUEST, raw_input_contents: [] })
  assert.deepStrictEqual(
    facts.map(({ took: _, ...fact }) => fact),
    [
      { protocol: 'oip-grpc', model: 'fraud', version: '3', outcome: 'ok' },
      { protocol: 'oip-grpc', model: undefined, version: undefined, outcome: 'NOT_FOUND' },
      { protocol: 'oip-grpc', model: 'fraud', version: '3', outcome: 'REQUEST_INVALID' },
    ],
  )
})
