import { InferenceSession } from 'onnxruntime-node'
import type { Tensor } from '../tensor/tensor.ts'
import type { RunResult } from './model-runner.ts'
import { fromOnnx, toOnnx } from './onnx-tensor.ts'
import type { ModelFiles } from './thread-messages.ts'

/** Loads ONNX Runtime itself, which the first session of a thread does else, and which is no time of the model. */
export async function startRuntime(): Promise<void> {
  await InferenceSession.create(new Uint8Array(0)).catch(() => {})
}

/** Loads a model into the thread that calls, which stands meanwhile. */
export function openSession({ onnx, weights, runtimeThreads = 1 }: ModelFiles): Promise<InferenceSession> {
  return InferenceSession.create(onnx, {
    intraOpNumThreads: runtimeThreads,
    interOpNumThreads: 1,
    // What it would print as an error is thrown as well.
    logSeverityLevel: 4,
    ...(weights && { externalData: weights }),
  })
}

/** Runs a model in the thread that calls, on tensors in the order of its inputs. */
export async function runSession(session: InferenceSession, inputs: readonly Tensor[]): Promise<RunResult> {
  const feeds = Object.fromEntries(session.inputNames.map((name, i) => [name, toOnnx(inputs[i]!)]))
  const start = performance.now()
  const results = await session.run(feeds)
  const took = performance.now() - start
  return { outputs: session.outputNames.map(name => fromOnnx(results[name]!)), took }
}
