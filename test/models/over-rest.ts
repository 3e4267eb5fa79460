import { type LoadedModel, registerInferenceRoutes, servedModel, singleModel } from '@millrace/inference'
import { createRegistry, Health } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { binaryRequest } from '../../packages/inference/test/rest/binary-request.ts'
import { type JsonTensor, rowsOf, valuesOf } from './model-files.ts'
import { bytesOf, rawValues } from './raw-values.ts'
import type { Outputs } from './served.ts'

type Answer = Awaited<ReturnType<ReturnType<typeof createHttpApp>['inject']>>

interface BinaryOutput extends Pick<JsonTensor, 'name' | 'datatype' | 'shape'> {
  readonly parameters: { readonly binary_data_size: number }
}

export const SERVER = { name: 'test', version: '1' } as const

/** A model under the name `zoo`, as a server has it. */
export function servedZoo(model: LoadedModel) {
  return singleModel(servedModel({ name: 'zoo', version: '1', digest: '0'.repeat(64) }, model))
}

/** Whether rows can be sent as JSON, which has no missing values. */
export function isJson(rows: readonly JsonTensor[]): boolean {
  return rows.every(({ data }) => !data.includes(null))
}

/** All rows in one request of the Open Inference Protocol in JSON. */
export async function overRest(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  const answer = await post(model, '/v2/models/zoo/infer', { payload: { inputs: rows } })
  return outputsOf(answer.json().outputs)
}

/** The same with all values as bytes behind the JSON; NaN is a missing value. */
export async function overBinary(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  const values = rows.map(bytesOf)
  const inputs = rows.map(({ name, datatype, shape }, i) => {
    return { name, datatype, shape, parameters: { binary_data_size: values[i]!.length } }
  })
  const { body, headers } = binaryRequest({ inputs, parameters: { binary_data_output: true } }, values)
  return readBinary(await post(model, '/v2/models/zoo/infer', { payload: body, headers }))
}

function readBinary({ rawPayload, headers }: Answer): Outputs {
  let at = Number(headers['inference-header-content-length'])
  const { outputs } = JSON.parse(rawPayload.toString('utf8', 0, at)) as { outputs: readonly BinaryOutput[] }
  const named = outputs.map(({ name, datatype, shape, parameters }) => {
    const bytes = rawPayload.subarray(at, at + parameters.binary_data_size)
    at += bytes.length
    return [name, { dims: shape, data: rawValues(bytes, datatype) }]
  })
  return Object.fromEntries(named)
}

/** All rows in one request of version 1: an object for each row, or its value alone where there is one input. */
export async function overPredict(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  const objects = rowsOf(rows)
  const instances = rows.length === 1 ? objects.map(object => object[rows[0]!.name]) : objects
  const answer = await post(model, '/v1/models/zoo:predict', { payload: { instances } })
  const predictions: readonly Record<string, unknown>[] = answer.json().predictions
  const specs = model.signature.outputs
  return outputsOf(
    specs.map(({ name, datatype }) => {
      const values = specs.length === 1 ? predictions : predictions.map(prediction => prediction[name])
      return { name, datatype, shape: shapeOf(values), data: values.flat(Infinity) } as JsonTensor
    }),
  )
}

/** Outputs from their JSON form. */
export function outputsOf(tensors: readonly JsonTensor[]): Outputs {
  return Object.fromEntries(
    tensors.map(tensor => [tensor.name, { dims: tensor.shape, data: valuesOf(tensor) }]),
  )
}

async function post(
  model: LoadedModel,
  url: string,
  request: { readonly payload: object; readonly headers?: Readonly<Record<string, string>> },
): Promise<Answer> {
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health: new Health() })
  registerInferenceRoutes(app, { models: servedZoo(model), health: new Health(), server: SERVER })
  const answer = await app.inject({ method: 'POST', url, ...request })
  await app.close()
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${answer.body}`)
  return answer
}

/** The shape of nested lists. */
function shapeOf(values: unknown): readonly number[] {
  return Array.isArray(values) ? [values.length, ...shapeOf(values[0])] : []
}
