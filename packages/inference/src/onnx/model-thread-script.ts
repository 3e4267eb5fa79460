import { parentPort, workerData } from 'node:worker_threads'
import type { InferenceSession } from 'onnxruntime-node'
import { memoryOf } from './memory-of.ts'
import { openSession, runSession, startRuntime } from './session.ts'
import type { FromThread, ToThread } from './thread-messages.ts'
import { wordsOf } from './words-of.ts'

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

async function run(session: InferenceSession, message: Exclude<ToThread, 'close'>): Promise<void> {
  const { id, inputs } = message
  try {
    const { outputs, took } = await runSession(session, inputs)
    send({ kind: 'done', id, outputs, took }, outputs.flatMap(memoryOf))
  } catch (error) {
    send({ kind: 'failed', id, message: wordsOf(error) })
  }
}

try {
  await startRuntime()
  const before = process.threadCpuUsage()
  const session = await openSession(workerData)
  const { user, system } = process.threadCpuUsage(before)
  const { inputMetadata: inputs, outputMetadata: outputs } = session
  let latest = Promise.resolve()
  port.on('message', (message: ToThread) => {
    if (message !== 'close') latest = latest.then(() => run(session, message))
    else void latest.then(() => session.release()).finally(() => port.close())
  })
  send({ kind: 'ready', inputs, outputs, loadCpu: (user + system) / 1_000 })
} catch (error) {
  send({ kind: 'unusable', message: wordsOf(error) })
}
