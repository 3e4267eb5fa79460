import { MillraceError } from '@millrace/core'
import { type Datatype, emptyData, isDatatype, type TensorData } from './datatypes.ts'
import { fillerFor } from './json-value.ts'
import { elementsOf, fitsShape, type Tensor, type TensorSpec } from './tensor.ts'

/** The JSON form of a tensor, unchecked. */
export interface JsonTensor {
  readonly shape?: unknown
  readonly datatype?: unknown
  readonly data?: unknown
}

/**
 * Reads an input tensor from its JSON form; its data may be flat in row-major order, or nested. It becomes the model's
 * datatype: whole numbers may be widened, never cut. Throws REQUEST_INVALID when shape, datatype or data are wrong.
 * Messages name the place, never the value.
 */
export function readJsonTensor({ shape, datatype, data }: JsonTensor, spec: TensorSpec): Tensor {
  const sizes = readShape(shape, spec)
  const given = readDatatype(datatype, spec)
  if (!Array.isArray(data)) throw invalid(`input "${spec.name}" has no "data", which must be a list`)
  return { datatype: spec.datatype, shape: sizes, data: readData(data, sizes, given, spec) }
}

/** Reads a shape that the model takes. Throws REQUEST_INVALID. */
export function readShape(shape: unknown, spec: TensorSpec): readonly number[] {
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw invalid(`the shape of input "${spec.name}" must be a list of whole numbers`)
  }
  const fits = fitsShape(shape, spec.shape) && shape[0] !== 0
  if (fits) return shape
  throw invalid(
    `input "${spec.name}" must have the shape [${spec.shape.join(',')}], not [${shape.join(',')}]`,
  )
}

/** Reads a datatype that can become the model's. Throws REQUEST_INVALID. */
export function readDatatype(datatype: unknown, spec: TensorSpec): Datatype {
  if (!isDatatype(datatype)) throw invalid(`the datatype of input "${spec.name}" is none of the protocol's`)
  return datatype
}

function isSize(size: unknown): size is number {
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
}

function readData(
  data: readonly unknown[],
  shape: readonly number[],
  given: Datatype,
  spec: TensorSpec,
): TensorData {
  const elements = elementsOf(shape)
  const isNested = Array.isArray(data[0])
  if (!(isNested ? data.length === shape[0] : data.length === elements)) throw misshapen(spec)
  const values = emptyData(spec.datatype, elements)
  const put = fillerFor(given, spec)
  const fill = (list: readonly unknown[], at: number) => {
    const wrong = put(values, at, list)
    if (wrong >= 0) throw notOfType(at + wrong, given, spec)
  }
  if (isNested) fillNested(data, shape, 0, spec, fill)
  else fill(data, 0)
  return values
}

/** Goes down to the innermost lists; answers how many values it has filled. */
function fillNested(
  list: readonly unknown[],
  shape: readonly number[],
  at: number,
  spec: TensorSpec,
  fill: (list: readonly unknown[], at: number) => void,
): number {
  if (list.length !== shape[0]) throw misshapen(spec)
  if (shape.length === 1) {
    fill(list, at)
    return list.length
  }
  let filled = 0
  for (const inner of list) {
    if (!Array.isArray(inner)) throw misshapen(spec)
    filled += fillNested(inner, shape.slice(1), at + filled, spec, fill)
  }
  return filled
}

/**
 * The values of a tensor as JSON has them: flat, row-major. Throws REQUEST_INVALID for what JSON cannot carry exactly:
 * numbers that are not finite, 64-bit numbers beyond 2^53, and half precision.
 */
export function writeJsonData({ datatype, data }: Tensor, name: string): readonly unknown[] {
  switch (datatype) {
    case 'BYTES':
      return data as readonly string[]
    case 'BOOL':
      return listOf(data as Uint8Array, value => value !== 0)
    case 'INT64':
    case 'UINT64':
      return listOf(data as BigInt64Array, value => safeNumber(value, name))
    case 'FP16':
      throw invalid(`output "${name}" is of FP16, which JSON cannot carry: ask for it as binary data`)
    default:
      return finiteNumbers(data as Float32Array, name)
  }
}

/** What `Array.from` does, without the iterator of a typed array, which takes longer than the rest. */
function listOf<T, V>(data: ArrayLike<T>, read: (value: T) => V): readonly V[] {
  const list: V[] = []
  for (let i = 0; i < data.length; i++) list.push(read(data[i]!))
  return list
}

function safeNumber(value: bigint, name: string): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw invalid(
    `output "${name}" has whole numbers beyond 2^53, which JSON cannot carry: ask for it as binary data`,
  )
}

/** A loop of its own: most answers are real numbers, and by `listOf`, which knows many types, they take three times as long. */
function finiteNumbers(data: Float32Array, name: string): readonly number[] {
  const list: number[] = []
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (!Number.isFinite(value)) throw notFinite(name)
    list.push(value)
  }
  return list
}

function notFinite(name: string): MillraceError {
  return invalid(
    `output "${name}" has values that are not finite, which JSON cannot carry: ask for it as binary data`,
  )
}

function misshapen({ name }: TensorSpec): MillraceError {
  return invalid(`the data of input "${name}" do not have its shape`)
}

function notOfType(place: number, given: Datatype, { name, datatype }: TensorSpec): MillraceError {
  return invalid(
    `value ${place + 1} of input "${name}" is no ${given}, or does not fit the model's ${datatype}`,
  )
}

function invalid(fault: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', `${fault[0]!.toUpperCase()}${fault.slice(1)}.`)
}
