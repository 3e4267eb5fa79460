import type { Duration } from '../batching/statistics.ts'
import type { TensorSpec } from '../tensor/tensor.ts'
import type { ServedModel } from './served-models.ts'

/** Rows that clients are told they may send at once; more are taken while none wait. */
const MAX_ROWS = 4_096

/** What a configuration of Triton can say of a model here. A version that is no number has no place in it. */
export function configOf({ identity, versions, signature, joins }: ServedModel) {
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
function tensorOf({ name, datatype, shape }: TensorSpec, joins: boolean) {
  const type = datatype === 'BYTES' ? 'STRING' : datatype
  return { name, data_type: `TYPE_${type}`, dims: joins ? shape.slice(1) : shape }
}

/** Statistics in Triton's form, with times in whole ns. */
export function statisticsOf({ identity, statistics }: ServedModel) {
  const { rows, succeeded, failed, dropped, queued, computed, lastAt = 0 } = statistics
  return {
    name: identity.name,
    version: identity.version,
    last_inference: lastAt,
    inference_count: rows,
    execution_count: computed.count,
    inference_stats: {
      success: inNanoseconds(succeeded),
      fail: inNanoseconds({ count: failed.count + dropped.count, total: failed.total + dropped.total }),
      queue: inNanoseconds(queued),
      compute_infer: inNanoseconds(computed),
    },
    batch_stats: [],
  }
}

function inNanoseconds({ count, total }: Duration) {
  return { count, ns: Math.round(total * 1e6) }
}
