import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { JsonTensor } from './model-files.ts'

/** What ONNX Runtime itself answers, with no code of ours: every output by its name. */
export async function runOnnx(
  file: string,
  rows: readonly JsonTensor[],
): Promise<Readonly<Record<string, Tensor>>> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  try {
    const outputs = await session.run(Object.fromEntries(rows.map(row => [row.name, onnxTensor(row)])))
    return outputs as Readonly<Record<string, Tensor>>
  } finally {
    await session.release()
  }
}

function onnxTensor({ datatype, shape, data }: JsonTensor): Tensor {
  const numbers = () => (data as readonly (number | null)[]).map(value => value ?? Number.NaN)
  switch (datatype) {
    case 'BOOL':
      return new Tensor('bool', data as boolean[], shape)
    case 'FP32':
      return new Tensor('float32', Float32Array.from(numbers()), shape)
    case 'FP64':
      return new Tensor('float64', Float64Array.from(numbers()), shape)
    case 'INT32':
      return new Tensor('int32', Int32Array.from(numbers()), shape)
    case 'INT64':
      return new Tensor('int64', BigInt64Array.from(numbers(), BigInt), shape)
    case 'BYTES':
      return new Tensor('string', data as string[], shape)
  }
}
