import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { Health, type MetricsRegistry } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { registerInferenceRoutes } from '../../src/rest/oip-routes.ts'
import { SERVER, serve } from './serve.ts'

const STATUS_OF_HTTP: Readonly<Record<number, number>> = {
  200: 0,
  400: 3,
  404: 5,
  413: 8,
  499: 1,
  500: 13,
  503: 14,
  504: 4,
}

async function serveBoth(t: TestContext) {
  const { client, model, models } = await serve(t)
  const app = createHttpApp({ metrics: {} as MetricsRegistry, health: new Health() })
  t.after(() => app.close())
  registerInferenceRoutes(app, { models, health: new Health(), server: SERVER })
  return { model, client, app }
}

interface Input {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

interface Request {
  readonly model?: string
  readonly inputs: readonly Input[]
  readonly outputs?: readonly { readonly name: string }[]
}

const INPUT: Input = { name: 'features', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 0, 0, 0] }
const FIELD_OF: Readonly<Record<string, string>> = {
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  INT32: 'int_contents',
  UINT8: 'uint_contents',
}

const CASES: Readonly<Record<string, Request>> = {
  'a right request': { inputs: [INPUT] },
  'an output that is asked for': { inputs: [INPUT], outputs: [{ name: 'probabilities' }] },
  'whole numbers for real ones': { inputs: [{ ...INPUT, datatype: 'INT32' }] },
  'narrow whole numbers for real ones': { inputs: [{ ...INPUT, datatype: 'UINT8' }] },
  'an unknown model': { model: 'other', inputs: [INPUT] },
  'no inputs': { inputs: [] },
  'too many inputs': { inputs: [INPUT, INPUT] },
  'an unknown input': { inputs: [{ ...INPUT, name: 'other' }] },
  'an unknown output': { inputs: [INPUT], outputs: [{ name: 'other' }] },
  'too many outputs': { inputs: [INPUT], outputs: [{ name: 'probabilities' }, { name: 'probabilities' }] },
  'a wrong row': { inputs: [{ ...INPUT, shape: [3, 2] }] },
  'no rows': { inputs: [{ ...INPUT, shape: [0, 3], data: [] }] },
  'a wrong rank': { inputs: [{ ...INPUT, shape: [6] }] },
  'a negative size': { inputs: [{ ...INPUT, shape: [-2, 3] }] },
  'an unknown datatype': { inputs: [{ ...INPUT, datatype: 'FP99' }] },
}

const FAILURES = ['MODEL_UNAVAILABLE', 'MODEL_FAILED', 'DEADLINE_EXCEEDED', 'REQUEST_CANCELLED'] as const

test('REST and gRPC answer alike', async t => {
  const { client, app } = await serveBoth(t)
  for (const [name, { model = 'fraud', inputs, outputs }] of Object.entries(CASES)) {
    const url = `/v2/models/${model}/infer`
    const rest = await app.inject({ method: 'POST', url, payload: JSON.stringify({ inputs, outputs }) })
    const grpc = await client.infer('ModelInfer', { model_name: model, inputs: inputs.map(inputOf), outputs })
    assert.equal(grpc.code, STATUS_OF_HTTP[rest.statusCode], name)
    const { error = '', ...answer } = rest.json()
    assert.equal(grpc.message, error, name)
    if (grpc.code === 0) assert.deepStrictEqual(valuesOf(grpc.answer), answer.outputs[0].data, name)
  }
})

test('REST and gRPC fail alike', async t => {
  const { client, app, model } = await serveBoth(t)
  const url = '/v2/models/fraud/infer'
  for (const code of FAILURES) {
    model.failure = new MillraceError(code, `It is ${code}.`)
    const rest = await app.inject({ method: 'POST', url, payload: JSON.stringify({ inputs: [INPUT] }) })
    const grpc = await client.infer('ModelInfer', { model_name: 'fraud', inputs: [inputOf(INPUT)] })
    assert.deepStrictEqual([grpc.code, grpc.message], [STATUS_OF_HTTP[rest.statusCode], rest.json().error])
  }
})

function inputOf({ data, ...input }: Input): object {
  return { ...input, contents: { [FIELD_OF[input.datatype] ?? 'fp32_contents']: data } }
}

function valuesOf(answer: unknown): unknown {
  const { outputs } = answer as { outputs: { contents: { fp32_contents: number[] } }[] }
  return outputs[0]!.contents.fp32_contents
}
