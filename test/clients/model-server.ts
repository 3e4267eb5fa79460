import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openModel, registerInferenceRoutes, servedModel, singleModel } from '@millrace/inference'
import { createRegistry, Health } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'

const MODEL = join(import.meta.dirname, '../../pipelines/card-fraud/models/card_fraud/1/model.onnx')

/** Two payments, as the model of card-fraud takes them. */
export const ROWS = [
  [42.5, 1, 0, 1, 42.5, 12, 35.1, 60, 38.2, 3, 0, 17, 0, 96, 0],
  [999, 0, 1, 9, 320.25, 40, 80.5, 90, 41.5, 12, 0.5, 60, 0.25, 200, 0.125],
] as const

export interface ModelServer {
  readonly url: string
  /** What the model itself answers for `ROWS`. */
  readonly probabilities: readonly (readonly number[])[]
}

/** The real model of card-fraud on a port of its own. */
export async function startModelServer(t: TestContext): Promise<ModelServer> {
  const model = await openModel({ onnx: await readFile(MODEL) })
  t.after(() => model.close())
  const health = new Health()
  const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health })
  t.after(() => app.close())
  const served = servedModel({ name: 'card_fraud', version: '1', digest: '' }, model)
  const server = { name: 'millrace', version: '1.0.0' }
  registerInferenceRoutes(app, { models: singleModel(served), health, server })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const data = Float32Array.from(ROWS.flat())
  const outputs = await model.infer([{ datatype: 'FP32', shape: [2, 15], data }], 2)
  const [a, b, c, d] = outputs[1]!.data as Float32Array
  const probabilities = [
    [a!, b!],
    [c!, d!],
  ]
  return { url, probabilities }
}
