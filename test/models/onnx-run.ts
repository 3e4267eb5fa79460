import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type JsonTensor, valuesOf } from './model-files.ts'

const NAMES = {
  BOOL: 'bool',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  INT32: 'int32',
  INT64: 'int64',
  BYTES: 'string',
} as const

/** What ONNX Runtime itself answers, with no code of ours: every output by its name. */
export async function runOnnx(
  file: string,
  rows: readonly JsonTensor[],
): Promise<Readonly<Record<string, Tensor>>> {
  const quiet = { logSeverityLevel: 3 } as const
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    ...quiet,
  })
  try {
    const feeds = rows.map(row => [row.name, onnxTensor(row)])
    return (await session.run(Object.fromEntries(feeds))) as Readonly<Record<string, Tensor>>
  } finally {
    await session.release()
  }
}

function onnxTensor(row: JsonTensor): Tensor {
  return new Tensor(NAMES[row.datatype] as 'float32', valuesOf(row) as Float32Array, row.shape)
}
