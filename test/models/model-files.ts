import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A tensor as the Open Inference Protocol has it in JSON, row after row, with null for a missing value. */
export interface JsonTensor {
  readonly name: string
  readonly datatype: 'BOOL' | 'FP16' | 'FP32' | 'FP64' | 'INT32' | 'INT64' | 'BYTES'
  readonly shape: readonly number[]
  readonly data: readonly (number | string | boolean | null)[]
}

/** What a model is, and how near its scores come to those of its library. */
export interface About {
  readonly library: string
  readonly version: string
  readonly task: string
  /** The largest difference of a value, relative where the value is above 1. */
  readonly tolerance: number
  /** Why the difference may be as large as that. */
  readonly reason: string
  /** The share of rows that may differ by more: those that lie on a split which float32 moves past them. */
  readonly beyond: number
}

/** What the Python programs of `zoo` write of a model. */
export interface ModelFiles {
  /** Path of the ONNX file. */
  readonly file: string
  /** Weights in a file of their own, by the path that the model names. */
  readonly weights: readonly { readonly path: string; readonly data: Uint8Array }[]
  readonly rows: readonly JsonTensor[]
  /** What the library itself answers for the rows, under the names of the outputs. */
  readonly expected: readonly JsonTensor[]
  readonly about: About
}

export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const [{ inputs }, { outputs }, about, weights] = await Promise.all([
    read('rows.json'),
    read('expected.json'),
    read('about.json'),
    readWeights(folder),
  ])
  return { file: join(folder, 'model.onnx'), weights, rows: inputs, expected: outputs, about }
}

async function readWeights(folder: string): Promise<ModelFiles['weights']> {
  const paths = (await readdir(folder)).filter(name => name.endsWith('.data'))
  return Promise.all(paths.map(async path => ({ path, data: await readFile(join(folder, path)) })))
}

/** The values of a tensor as ONNX Runtime and our own code have them. */
export function valuesOf({ datatype, data }: JsonTensor) {
  const numbers = () => (data as readonly (number | null)[]).map(value => value ?? Number.NaN)
  switch (datatype) {
    case 'BOOL':
      return Uint8Array.from(data as boolean[], Number)
    case 'FP16':
      return new Uint16Array(Float16Array.from(numbers()).buffer)
    case 'FP32':
      return Float32Array.from(numbers())
    case 'FP64':
      return Float64Array.from(numbers())
    case 'INT32':
      return Int32Array.from(numbers())
    case 'INT64':
      return BigInt64Array.from(numbers(), BigInt)
    case 'BYTES':
      return data as readonly string[]
  }
}

/** Rows as objects: under the name of each input its value, or a list where it has several a row. */
export function rowsOf(tensors: readonly JsonTensor[]): readonly Readonly<Record<string, unknown>>[] {
  return Array.from({ length: tensors[0]!.shape[0]! }, (_, row) =>
    Object.fromEntries(tensors.map(tensor => [tensor.name, cellOf(tensor, row)])),
  )
}

function cellOf({ shape, data }: JsonTensor, row: number): unknown {
  const width = data.length / shape[0]!
  return width === 1 ? data[row] : data.slice(row * width, (row + 1) * width)
}
