import { described, type HttpApp } from '@millrace/platform/http'
import type { ServedModel, ServedModels } from '../../served/served-models.ts'
import type { TensorSpec } from '../../tensor/tensor.ts'
import type { ModelParams } from '../model-params.ts'
import { MODEL_CONFIG } from '../schemas.ts'

const CONFIG = described({
  scope: 'score',
  tag: 'inference',
  summary: "The model's configuration in Triton's form.",
  answers: { 200: [MODEL_CONFIG] },
})

/** Rows that clients are told they may send at once; more are taken while none wait. */
const MAX_ROWS = 4_096

/** Adds the model configuration extension to a model's path. */
export function addConfigRoute(app: HttpApp, path: string, models: ServedModels): void {
  app.get<{ Params: ModelParams }>(`${path}/config`, CONFIG, ({ params: { name, version } }) =>
    configOf(models.find(name, version)),
  )
}

/** What a configuration of Triton can say of a model here. A version that is no number has no place in it. */
export function configOf({ identity, versions, signature, joins }: ServedModel): object {
  const numbers = versions.map(Number)
  return {
    name: identity.name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    ...(numbers.every(Number.isSafeInteger) && { version_policy: { specific: { versions: numbers } } }),
    max_batch_size: joins ? MAX_ROWS : 0,
    input: signature.inputs.map(spec => tensorOf(spec, joins)),
    output: signature.outputs.map(spec => tensorOf(spec, joins)),
    ...(joins && { dynamic_batching: {} }),
  }
}

/** The first dimension of a model that takes rows goes without saying. */
function tensorOf({ name, datatype, shape }: TensorSpec, joins: boolean): object {
  const type = datatype === 'BYTES' ? 'STRING' : datatype
  return { name, data_type: `TYPE_${type}`, dims: joins ? shape.slice(1) : shape }
}
