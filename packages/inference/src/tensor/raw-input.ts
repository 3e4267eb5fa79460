import { MillraceError } from '@millrace/core'
import { type Datatype, emptyData, type TensorData } from './datatypes.ts'
import { readDatatype, readShape } from './json-tensor.ts'
import { type FillFromJson, fillerFor } from './json-value.ts'
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
  const fill = fillerFor(given, spec)
  const { data } = readRawTensor(bytes, sizes, { ...spec, datatype: given })
  return { datatype: spec.datatype, shape: sizes, data: widened(data, fill, spec) }
}

function widened(data: TensorData, fill: FillFromJson, spec: TensorSpec): TensorData {
  const values = emptyData(spec.datatype, data.length)
  const numbers = Array.from(data as Float64Array, value =>
    typeof value === 'bigint' ? Number(value) : value,
  )
  const wrong = fill(values, 0, numbers)
  if (wrong >= 0) throw outOfRange(wrong, spec)
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
