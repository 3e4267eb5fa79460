import { MillraceError } from '@millrace/core'
import { type Datatype, emptyData, type TensorData } from '../tensor/datatypes.ts'
import type { ModelSignature, Tensor, TensorSpec } from '../tensor/tensor.ts'

/** Vectors as a pipeline computes them: the declared inputs in their order, null or NaN where one is missing. */
export type FeatureVector = ArrayLike<number | null>

/** Makes a model's input tensors of vectors. */
export type FeatureBinding = (vectors: readonly FeatureVector[]) => readonly Tensor[]

/**
 * Binds the declared inputs of a pipeline's model to what the model takes: one matrix with a column for each, in their
 * order, or one input for each, by name. Throws MODEL_INVALID with every fault when they do not fit.
 */
export function bindFeatures({ inputs }: ModelSignature, names: readonly string[]): FeatureBinding {
  const [only] = inputs
  const isMatrix = inputs.length === 1 && (names.length > 1 || only!.name !== names[0])
  const faults = isMatrix ? matrixFaults(only!, names) : namedFaults(inputs, names)
  if (faults.length === 0) return isMatrix ? bindMatrix(only!, names) : bindNamed(inputs, names)
  throw new MillraceError(
    'MODEL_INVALID',
    `The ONNX model does not take the declared inputs: ${faults.join('; ')}.`,
    { details: { faults } },
  )
}

function matrixFaults(spec: TensorSpec, names: readonly string[]): string[] {
  const { name, datatype, shape } = spec
  const faults: string[] = []
  if (!isNumber(datatype))
    faults.push(
      `its input "${name}" is of ${datatype}, vectors are numbers: encode texts by the pipeline's encoders`,
    )
  if (shape.length !== 2 || shape[0] !== -1 || (shape[1] !== -1 && shape[1] !== names.length))
    faults.push(`its input "${name}" has the shape ${worded(shape)}, [free, ${names.length}] is declared`)
  return faults
}

function namedFaults(inputs: readonly TensorSpec[], names: readonly string[]): string[] {
  const known = inputs.map(({ name }) => name)
  const faults = inputs.flatMap(({ name, datatype, shape }) => {
    if (!names.includes(name)) return [`it wants an input "${name}", which is not declared`]
    if (!isNumber(datatype))
      return [
        `its input "${name}" is of ${datatype}, features are numbers: encode texts by the pipeline's encoders`,
      ]
    const isColumn =
      shape[0] === -1 && (shape.length === 1 || (shape.length === 2 && Math.abs(shape[1]!) === 1))
    return isColumn ? [] : [`its input "${name}" has the shape ${worded(shape)}, not [free, 1]`]
  })
  const unknown = names.filter(name => !known.includes(name))
  return [...faults, ...unknown.map(name => `it has no input "${name}", which is declared`)]
}

function bindMatrix({ datatype }: TensorSpec, names: readonly string[]): FeatureBinding {
  const columns = names.length
  return vectors => {
    const data = emptyData(datatype, vectors.length * columns)
    const set = setterOf(datatype, data)
    for (let row = 0; row < vectors.length; row++) {
      const vector = vectors[row]!
      for (let i = 0; i < columns; i++) set(row * columns + i, vector[i]!)
    }
    return [{ datatype, shape: [vectors.length, columns], data }]
  }
}

function bindNamed(inputs: readonly TensorSpec[], names: readonly string[]): FeatureBinding {
  const places = inputs.map(({ name }) => names.indexOf(name))
  return vectors =>
    inputs.map(({ datatype, shape }, input) => {
      const data = emptyData(datatype, vectors.length)
      const set = setterOf(datatype, data)
      for (let row = 0; row < vectors.length; row++) set(row, vectors[row]![places[input]!]!)
      return { datatype, shape: shape.length === 1 ? [vectors.length] : [vectors.length, 1], data }
    })
}

type SetValue = (place: number, value: number | null) => void

/** A missing value is NaN, and 0 or false where a type has none. Whole numbers are cut off towards 0, as casts do. */
function setterOf(datatype: Datatype, data: TensorData): SetValue {
  const numbers = data as Float64Array
  if (datatype === 'FP32' || datatype === 'FP64')
    return (place, value) => {
      numbers[place] = value ?? Number.NaN
    }
  if (datatype === 'INT64' || datatype === 'UINT64') {
    const whole = data as BigInt64Array
    return (place, value) => {
      whole[place] = BigInt(Math.trunc(finite(value)))
    }
  }
  if (datatype === 'BOOL')
    return (place, value) => {
      numbers[place] = finite(value) === 0 ? 0 : 1
    }
  return (place, value) => {
    numbers[place] = Math.trunc(finite(value))
  }
}

function finite(value: number | null): number {
  return value !== null && Number.isFinite(value) ? value : 0
}

/** Half precision would need a rounding that models are not trained with. */
function isNumber(datatype: Datatype): boolean {
  return datatype !== 'BYTES' && datatype !== 'FP16'
}

function worded(shape: readonly number[]): string {
  return `[${shape.map(size => (size < 0 ? 'free' : size)).join(', ')}]`
}
