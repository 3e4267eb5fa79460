import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession } from 'onnxruntime-node'
import { fromOnnx, memoryOf, toOnnx } from './onnx-tensor.ts'
import type { FromThread, ThreadTask, ToThread } from './thread-messages.ts'

/**
 * Runs one model in a thread of its own, since ONNX Runtime blocks the thread that calls it. It imports little, since a
 * thread starts as late as its modules are read.
 */

const port = parentPort!

// ONNX Runtime cannot read the memory of a Float16Array, and uses one where there is any.
Reflect.deleteProperty(globalThis, 'Float16Array')

function send(message: FromThread, transferred: ArrayBuffer[] = []): void {
  port.postMessage(message, transferred)
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function load({ onnx, weights, runtimeThreads = 1 }: ThreadTask): Promise<InferenceSession> {
  return InferenceSession.create(onnx, {
    intraOpNumThreads: runtimeThreads,
    interOpNumThreads: 1,
    // What it would print as an error is thrown as well.
    logSeverityLevel: 4,
    ...(weights && { externalData: weights }),
  })
}

async function run(session: InferenceSession, message: Exclude<ToThread, 'close'>): Promise<void> {
  const { id, inputs } = message
  try {
    const feeds = Object.fromEntries(session.inputNames.map((name, i) => [name, toOnnx(inputs[i]!)]))
    const start = performance.now()
    const results = await session.run(feeds)
    const took = performance.now() - start
    const outputs = session.outputNames.map(name => fromOnnx(results[name]!))
    send({ kind: 'done', id, outputs, took }, outputs.flatMap(memoryOf))
  } catch (error) {
    send({ kind: 'failed', id, message: wordsOf(error) })
  }
}

try {
  const session = await load(workerData)
  const { inputMetadata: inputs, outputMetadata: outputs } = session
  let latest = Promise.resolve()
  port.on('message', (message: ToThread) => {
    if (message !== 'close') latest = latest.then(() => run(session, message))
    else void latest.then(() => session.release()).finally(() => port.close())
  })
  send({ kind: 'ready', inputs, outputs })
} catch (error) {
  send({ kind: 'unusable', message: wordsOf(error) })
}
