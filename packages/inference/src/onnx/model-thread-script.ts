import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession } from 'onnxruntime-node'
import type { ModelSignature } from '../tensor/tensor.ts'
import { fromOnnx, memoryOf, toOnnx } from './onnx-tensor.ts'
import { signatureOf } from './signature.ts'
import type { FromThread, ThreadTask, ToThread } from './thread-messages.ts'

/** Runs one model in a thread of its own, since ONNX Runtime blocks the thread that calls it. */

const port = parentPort!

function send(message: FromThread, transferred: ArrayBuffer[] = []): void {
  port.postMessage(message, transferred)
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function load({
  onnx,
  weights,
  runtimeThreads = 1,
}: ThreadTask): Promise<[InferenceSession, ModelSignature]> {
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: runtimeThreads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    ...(weights && { externalData: weights }),
  })
  return [session, signatureOf(session.inputMetadata, session.outputMetadata)]
}

async function run(
  session: InferenceSession,
  { inputs, outputs }: ModelSignature,
  message: Exclude<ToThread, 'close'>,
): Promise<void> {
  const { id } = message
  try {
    const feeds = Object.fromEntries(inputs.map(({ name }, i) => [name, toOnnx(message.inputs[i]!)]))
    const start = performance.now()
    const results = await session.run(feeds)
    const took = performance.now() - start
    const tensors = outputs.map(({ name, datatype }) => fromOnnx(datatype, results[name]!))
    send({ kind: 'done', id, outputs: tensors, took }, tensors.flatMap(memoryOf))
  } catch (error) {
    send({ kind: 'failed', id, message: wordsOf(error) })
  }
}

try {
  const [session, signature] = await load(workerData)
  let latest = Promise.resolve()
  port.on('message', (message: ToThread) => {
    if (message !== 'close') latest = latest.then(() => run(session, signature, message))
    else void latest.then(() => session.release()).finally(() => port.close())
  })
  send({ kind: 'ready', signature })
} catch (error) {
  send({ kind: 'unusable', message: wordsOf(error) })
}
