import { InferenceSession, Tensor } from 'onnxruntime-node'
import { measure } from './report.ts'

/** Numbers of rows, one row behind the other. */
export interface Matrix {
  readonly data: Float32Array
  readonly columns: number
}

/** What a row costs ONNX Runtime alone, on one thread and in batches of so many rows (µs of CPU). */
export async function measureOnnx(
  modelFile: string,
  { data, columns }: Matrix,
  batchRows: number,
): Promise<number> {
  const session = await InferenceSession.create(modelFile, { intraOpNumThreads: 1 })
  const batches: Tensor[] = []
  for (let from = 0; from < data.length; from += batchRows * columns) {
    const batch = data.subarray(from, from + batchRows * columns)
    batches.push(new Tensor('float32', batch, [batch.length / columns, columns]))
  }
  const [name] = session.inputNames
  const { cpuUs } = await measure(data.length / columns, async () => {
    for (const batch of batches) await session.run({ [name!]: batch })
  })
  await session.release()
  return cpuUs
}
