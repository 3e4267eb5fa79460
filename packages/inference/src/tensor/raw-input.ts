import { MillraceError } from '@millrace/core'
import { type Datatype, emptyData, type TensorData } from './datatypes.ts'
import { readDatatype, readShape } from './json-tensor.ts'
import { setterFor } from './json-value.ts'
import { readRawTensor } from './raw-tensor.ts'
import type { Tensor, TensorSpec } from './tensor.ts'

/** What a request says of an input whose values come as bytes, unchecked. */
export interface RawInput {
  readonly shape?: unknown
  readonly datatype?: unknown
}

/**
 * Reads an input whose values come as bytes. It becomes the model's datatype as the JSON form does: whole numbers may
 * be widened, never cut. Throws REQUEST_INVALID when shape, datatype or bytes are wrong.
 */
export function readRawInput({ shape, datatype }: RawInput, bytes: Uint8Array, spec: TensorSpec): Tensor {
  const sizes = readShape(shape, spec)
  const given = readDatatype(datatype, spec)
  if (given === spec.datatype) return readRawTensor(bytes, sizes, spec)
  refuseHalf(given, spec)
  const set = setterFor(given, spec)
  const { data } = readRawTensor(bytes, sizes, { ...spec, datatype: given })
  return { datatype: spec.datatype, shape: sizes, data: widened(data, set, spec) }
}

function widened(data: TensorData, set: ReturnType<typeof setterFor>, spec: TensorSpec): TensorData {
  const values = emptyData(spec.datatype, data.length)
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (!set(values, i, typeof value === 'bigint' ? Number(value) : value)) throw outOfRange(i, spec)
  }
  return values
}

function refuseHalf(given: Datatype, { name, datatype }: TensorSpec): void {
  if (given !== 'FP16' && datatype !== 'FP16') return
  throw new MillraceError(
    'REQUEST_INVALID',
    `Input "${name}" is of ${datatype}: ${given} cannot become that.`,
  )
}

function outOfRange(place: number, { name, datatype }: TensorSpec): MillraceError {
  return new MillraceError(
    'REQUEST_INVALID',
    `Value ${place + 1} of input "${name}" does not fit the model's ${datatype}.`,
  )
}
