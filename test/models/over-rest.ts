import { type LoadedModel, registerInferenceRoutes, servedModel, singleModel } from '@millrace/inference'
import { createRegistry, Health } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { type JsonTensor, rowsOf, valuesOf } from './model-files.ts'
import type { Outputs } from './served.ts'

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
  const answer = await post(model, '/v2/models/zoo/infer', { inputs: rows })
  return outputsOf(answer['outputs'] as readonly JsonTensor[])
}

/** All rows in one request of version 1: an object for each row, or its value alone where there is one input. */
export async function overPredict(model: LoadedModel, rows: readonly JsonTensor[]): Promise<Outputs> {
  const objects = rowsOf(rows)
  const instances = rows.length === 1 ? objects.map(object => object[rows[0]!.name]) : objects
  const answer = await post(model, '/v1/models/zoo:predict', { instances })
  const predictions = answer['predictions'] as readonly Record<string, unknown>[]
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

async function post(model: LoadedModel, url: string, payload: object): Promise<Record<string, unknown>> {
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health: new Health() })
  registerInferenceRoutes(app, { models: servedZoo(model), health: new Health(), server: SERVER })
  const answer = await app.inject({ method: 'POST', url, payload })
  await app.close()
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${answer.body}`)
  return answer.json()
}

/** The shape of nested lists. */
function shapeOf(values: unknown): readonly number[] {
  return Array.isArray(values) ? [values.length, ...shapeOf(values[0])] : []
}
