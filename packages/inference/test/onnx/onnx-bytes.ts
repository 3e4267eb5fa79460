/** Writes tiny ONNX models for tests; field numbers are those of onnx.proto (ONNX IR version 8). */

type Bytes = readonly number[]

const FLOAT = 1
const FLOAT64 = 11

function varint(value: number): Bytes {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

const number = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)]
const message = (field: number, ...parts: readonly Bytes[]): Bytes => {
  const body = parts.flat()
  return [...varint((field << 3) | 2), ...varint(body.length), ...body]
}
const text = (field: number, value: string): Bytes => message(field, [...Buffer.from(value)])

/** A dimension: fixed, or free under a name. */
type Dimension = number | string

const dimension = (value: Dimension): Bytes =>
  message(1, typeof value === 'number' ? number(1, value) : text(2, value))

const tensorType = (elements: number, shape: readonly Dimension[]): Bytes =>
  message(1, number(1, elements), message(2, ...shape.map(dimension)))

const sequenceType = (elements: number, shape: readonly Dimension[]): Bytes =>
  message(4, message(1, tensorType(elements, shape)))

const node = (operator: string, inputs: readonly string[], outputs: readonly string[]): Bytes =>
  message(1, ...inputs.map(name => text(1, name)), ...outputs.map(name => text(2, name)), text(4, operator))

const initializer = (name: string, shape: readonly number[], values: readonly number[]): Bytes =>
  message(
    5,
    ...shape.map(size => number(1, size)),
    number(2, FLOAT),
    text(8, name),
    message(9, [...new Uint8Array(Float32Array.from(values).buffer)]),
  )

const declared = (field: number, name: string, type: Bytes): Bytes =>
  message(field, text(1, name), message(2, type))

function model(...graph: readonly Bytes[]): Uint8Array {
  return Uint8Array.from(
    [number(1, 8), message(7, ...graph, text(2, 'test')), message(8, number(2, 15))].flat(),
  )
}

const weightsOf = (weights: readonly number[]): readonly number[] =>
  weights.flatMap(weight => [-weight, weight])

/** What a linear model may get wrong; by default nothing. */
export interface LinearModelOptions {
  readonly output?: string
  readonly rows?: Dimension
  readonly doubles?: boolean
}

/** A model that answers [1 − s, s] with s = the vector times `weights`; exact for small whole numbers. */
export function linearModel(weights: readonly number[], options: LinearModelOptions = {}): Uint8Array {
  const { output = 'probabilities', rows = 'N', doubles = false } = options
  return model(
    node('Gemm', ['features', 'weights', 'start'], [output]),
    initializer('weights', [weights.length, 2], weightsOf(weights)),
    initializer('start', [2], [1, 0]),
    declared(11, 'features', tensorType(doubles ? FLOAT64 : FLOAT, [rows, weights.length])),
    declared(12, output, tensorType(doubles ? FLOAT64 : FLOAT, [rows, 2])),
  )
}

/** A model whose output is a sequence, as exporters with ZipMap write it. */
export function sequenceModel(columns: number): Uint8Array {
  return model(
    node('SequenceConstruct', ['features'], ['probabilities']),
    declared(11, 'features', tensorType(FLOAT, ['N', columns])),
    declared(12, 'probabilities', sequenceType(FLOAT, ['N', columns])),
  )
}
