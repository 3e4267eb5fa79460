import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type ModelSignature, PROBABILITIES, signatureOf } from './signature.ts'
import type { FromWorker, ToWorker, WorkerTask } from './worker-messages.ts'

/** Runs one model in a thread of its own, since ONNX Runtime blocks the thread that calls it. */

const port = parentPort!

function send(message: FromWorker, transferred: ArrayBuffer[] = []): void {
  port.postMessage(message, transferred)
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function load({ onnx, columns }: WorkerTask): Promise<[InferenceSession, ModelSignature]> {
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  return [session, signatureOf(session.inputMetadata, session.outputMetadata, columns)]
}

async function score(
  session: InferenceSession,
  { input, columns }: ModelSignature,
  { id, vectors, rows }: Exclude<ToWorker, 'close'>,
): Promise<void> {
  try {
    const tensor = new Tensor('float32', vectors, [rows, columns])
    const outputs = await session.run({ [input]: tensor }, [PROBABILITIES])
    const probabilities = Float32Array.from(outputs[PROBABILITIES]!.data as Float32Array)
    send({ kind: 'scored', id, probabilities }, [probabilities.buffer])
  } catch (error) {
    send({ kind: 'failed', id, message: wordsOf(error) })
  }
}

try {
  const [session, signature] = await load(workerData)
  let latest = Promise.resolve()
  port.on('message', (message: ToWorker) => {
    if (message !== 'close') latest = latest.then(() => score(session, signature, message))
    else void latest.then(() => session.release()).finally(() => port.close())
  })
  send({ kind: 'ready', signature })
} catch (error) {
  send({ kind: 'unusable', message: wordsOf(error) })
}
