import { writeJsonData } from '../../tensor/json-tensor.ts'
import type { ModelSignature, Tensor, TensorSpec } from '../../tensor/tensor.ts'
import { invalid } from '../infer/json-object.ts'

/**
 * Writes the answer of version 1: `predictions`, one for each of `rows`, or `outputs` when they are undefined. A model
 * of several outputs answers objects by their names. Throws REQUEST_INVALID for values that JSON cannot carry.
 */
export function writePredictions(
  { outputs: specs }: ModelSignature,
  tensors: readonly Tensor[],
  rows: number | undefined,
): string {
  const values = tensors.map((tensor, i) => nested(valuesOf(tensor, specs[i]!), tensor.shape))
  if (rows === undefined)
    return JSON.stringify({ outputs: specs.length === 1 ? values[0] : named(specs, values) })
  for (const { shape } of tensors) if (shape[0] !== rows) throw notByRows()
  const columns = values as readonly (readonly unknown[])[]
  return specs.length === 1
    ? JSON.stringify({ predictions: columns[0] })
    : `{"predictions":[${writeObjects(specs, columns, rows)}]}`
}

/** An object for each row. As texts, since objects of names that are known only now are slow to make and to write. */
function writeObjects(
  specs: readonly TensorSpec[],
  columns: readonly (readonly unknown[])[],
  rows: number,
): string {
  const heads = specs.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  let text = ''
  for (let row = 0; row < rows; row++) {
    if (row > 0) text += ','
    for (let i = 0; i < heads.length; i++) text += heads[i] + textOf(columns[i]![row])
    text += '}'
  }
  return text
}

/** A value as JSON, numbers finite. A call of `JSON.stringify` takes longer than the few numbers of a row. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return `${value}`
  const isRow = Array.isArray(value) && typeof value[0] === 'number'
  return isRow ? `[${value.join(',')}]` : JSON.stringify(value)
}

/** By convention bytes are told by the end of an output's name. */
function valuesOf(tensor: Tensor, { name }: TensorSpec): readonly unknown[] {
  const values = writeJsonData(tensor, name)
  if (tensor.datatype !== 'BYTES' || !name.endsWith('_bytes')) return values
  return values.map(text => ({ b64: Buffer.from(text as string).toString('base64') }))
}

function named(specs: readonly TensorSpec[], values: readonly unknown[]): object {
  return Object.fromEntries(specs.map(({ name }, i) => [name, values[i]]))
}

/** Row-major values as lists of lists; the value alone where there is no dimension. */
function nested(values: readonly unknown[], shape: readonly number[]): unknown {
  if (shape.length === 0) return values[0]
  let level = values
  for (let dimension = shape.length - 1; dimension > 0; dimension--) level = grouped(level, shape[dimension]!)
  return level
}

function grouped(values: readonly unknown[], size: number): readonly unknown[] {
  const groups: unknown[] = []
  for (let at = 0; at < values.length; at += size) groups.push(values.slice(at, at + size))
  return groups
}

function notByRows(): Error {
  return invalid('The model does not answer row for row: send "inputs" instead of "instances".')
}
