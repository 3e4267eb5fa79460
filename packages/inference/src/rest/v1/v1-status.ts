import { MillraceError } from '@millrace/core'
import type { RepositoryEntry, ServedModel, ServedModels } from '../../served/served-models.ts'
import type { Datatype } from '../../tensor/datatypes.ts'
import type { TensorSpec } from '../../tensor/tensor.ts'

/** Where a model stands, in KServe's words and in TensorFlow Serving's. */
export interface V1Status {
  readonly name: string
  readonly ready: boolean
  /** Why it is not ready. */
  readonly error?: string
  readonly model_version_status: readonly object[]
}

const STATES = { READY: 'AVAILABLE', LOADING: 'LOADING', UNLOADING: 'UNLOADING', UNAVAILABLE: 'END' } as const

/** Where the version that `find` answers stands, or all of them when it is not loaded. Throws NOT_FOUND. */
export function statusOf(models: ServedModels, name: string, find: () => ServedModel): V1Status {
  try {
    const { ready, identity } = find()
    const versions = models
      .index()
      .filter(entry => entry.name === name && entry.version === identity.version)
      .map(versionStatus)
    const error = ready ? {} : { error: 'The model is not ready: try again.' }
    return { name, ready, ...error, model_version_status: versions }
  } catch (error) {
    if (!(error instanceof MillraceError && error.code === 'MODEL_UNAVAILABLE')) throw error
    const versions = models.index().filter(entry => entry.name === name)
    return { name, ready: false, error: error.message, model_version_status: versions.map(versionStatus) }
  }
}

function versionStatus({ version, state, reason }: RepositoryEntry): object {
  const code = state === 'UNAVAILABLE' && reason !== '' ? 'UNAVAILABLE' : 'OK'
  return { version, state: STATES[state], status: { error_code: code, error_message: reason } }
}

/** The datatypes of TensorFlow. */
const DTYPES: Readonly<Record<Datatype, string>> = {
  BOOL: 'DT_BOOL',
  UINT8: 'DT_UINT8',
  UINT16: 'DT_UINT16',
  UINT32: 'DT_UINT32',
  UINT64: 'DT_UINT64',
  INT8: 'DT_INT8',
  INT16: 'DT_INT16',
  INT32: 'DT_INT32',
  INT64: 'DT_INT64',
  FP16: 'DT_HALF',
  FP32: 'DT_FLOAT',
  FP64: 'DT_DOUBLE',
  BYTES: 'DT_STRING',
}

/** A model's signature as TensorFlow Serving tells it. */
export function signatureMetadata({ identity, signature }: ServedModel): object {
  const serving_default = {
    inputs: tensorInfos(signature.inputs),
    outputs: tensorInfos(signature.outputs),
    method_name: 'tensorflow/serving/predict',
  }
  return {
    model_spec: { name: identity.name, signature_name: '', version: identity.version },
    metadata: { signature_def: { signature_def: { serving_default } } },
  }
}

function tensorInfos(specs: readonly TensorSpec[]): object {
  return Object.fromEntries(specs.map(spec => [spec.name, tensorInfo(spec)]))
}

function tensorInfo({ name, datatype, shape }: TensorSpec): object {
  const dim = shape.map(size => ({ size: String(size), name: '' }))
  return { dtype: DTYPES[datatype], tensor_shape: { dim, unknown_rank: false }, name }
}
