import { MillraceError } from '@millrace/core'
import type { Datatype, TensorData } from '../../tensor/datatypes.ts'
import { writeRawTensor } from '../../tensor/raw-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { InferTensorContents } from '../messages/infer.ts'

type Field = keyof InferTensorContents

/** A list of contents as a message of a tensor has it. */
type Values = readonly (number | bigint | boolean | Uint8Array)[]

interface Carrier {
  readonly field: Field
  /** Makes values of the datatype from those of the field; undefined when one of them is none. */
  readonly read: (values: Values) => TensorData | undefined
}

const texts = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const CARRIERS: Partial<Record<Datatype, Carrier>> = {
  BOOL: { field: 'bool_contents', read: values => Uint8Array.from(values as boolean[], Number) },
  INT8: { field: 'int_contents', read: values => narrowed(values, Int8Array) },
  INT16: { field: 'int_contents', read: values => narrowed(values, Int16Array) },
  INT32: { field: 'int_contents', read: values => Int32Array.from(values as number[]) },
  INT64: { field: 'int64_contents', read: values => BigInt64Array.from(values as bigint[]) },
  UINT8: { field: 'uint_contents', read: values => narrowed(values, Uint8Array) },
  UINT16: { field: 'uint_contents', read: values => narrowed(values, Uint16Array) },
  UINT32: { field: 'uint_contents', read: values => Uint32Array.from(values as number[]) },
  UINT64: { field: 'uint64_contents', read: values => BigUint64Array.from(values as bigint[]) },
  FP32: { field: 'fp32_contents', read: values => Float32Array.from(values as number[]) },
  FP64: { field: 'fp64_contents', read: values => Float64Array.from(values as number[]) },
  BYTES: { field: 'bytes_contents', read: values => decoded(values as Uint8Array[]) },
}

/** The values of an input's contents in their binary form. Throws REQUEST_INVALID for values of another datatype. */
export function readContents(contents: InferTensorContents, datatype: Datatype, name: string): Uint8Array {
  const carrier = CARRIERS[datatype]
  if (carrier === undefined)
    throw invalid(`Input "${name}" is of ${datatype}: send it in raw_input_contents.`)
  const { field, read } = carrier
  if (hasOthers(contents, field))
    throw invalid(`Input "${name}" is of ${datatype}: its values go in ${field}.`)
  const data = read(contents[field])
  if (data === undefined) throw invalid(`Input "${name}" has values that are no ${datatype}.`)
  return writeRawTensor({ datatype, shape: [], data })
}

/** The contents of an output. Throws REQUEST_INVALID for the one datatype that they cannot carry. */
export function writeContents({ datatype, data }: Tensor, name: string): Record<string, ArrayLike<unknown>> {
  const field = CARRIERS[datatype]?.field
  if (field !== undefined) {
    return {
      [field]: datatype === 'BYTES' ? Array.from(data as readonly string[], text => Buffer.from(text)) : data,
    }
  }
  throw invalid(
    `Output "${name}" is of ${datatype}: send the inputs in raw_input_contents, and it is answered so.`,
  )
}

function narrowed(
  values: Values,
  array: { from(values: readonly number[]): Int8Array | Int16Array | Uint8Array | Uint16Array },
): TensorData | undefined {
  const data = array.from(values as readonly number[])
  return data.every((value, i) => value === values[i]) ? data : undefined
}

function decoded(values: readonly Uint8Array[]): TensorData | undefined {
  try {
    return values.map(value => texts.decode(value))
  } catch {
    return undefined
  }
}

function hasOthers(contents: InferTensorContents, field: Field): boolean {
  return Object.entries(contents).some(([name, values]) => name !== field && values.length > 0)
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
