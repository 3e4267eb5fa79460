import { parentPort, workerData } from 'node:worker_threads'
import type { InferenceSession } from 'onnxruntime-node'
import { memoryOf } from './memory-of.ts'
import { openSession, runSession, startRuntime } from './session.ts'
import type { FromThread, ModelFiles, ToThread } from './thread-messages.ts'
import { wordsOf } from './words-of.ts'

/**
 * Runs one model in a thread of its own, since ONNX Runtime blocks the thread that calls it. It imports little, since a
 * thread starts as late as its modules are read.
 */

const port = parentPort!
const files = workerData as ModelFiles

// ONNX Runtime cannot read the memory of a Float16Array, and uses one where there is any.
Reflect.deleteProperty(globalThis, 'Float16Array')

function send(message: FromThread, transferred: ArrayBuffer[] = []): void {
  port.postMessage(message, transferred)
}

/** Loads the model so many times, of which the last one stays. They are timed together, as the clock ticks in ms. */
async function load(times: number): Promise<{ session: InferenceSession; loadCpu: number }> {
  const before = process.threadCpuUsage()
  let session = await openSession(files)
  for (let i = 1; i < times; i++) {
    await session.release()
    session = await openSession(files)
  }
  const { user, system } = process.threadCpuUsage(before)
  return { session, loadCpu: (user + system) / 1_000 / times }
}

async function run(session: InferenceSession, message: Exclude<ToThread, 'close'>): Promise<void> {
  const { inputs } = message
  try {
    const { outputs, took } = await runSession(session, inputs)
    send({ kind: 'done', outputs, took }, outputs.flatMap(memoryOf))
  } catch (error) {
    send({ kind: 'failed', message: wordsOf(error) })
  }
}

try {
  await startRuntime()
  const first = await load(1)
  const { loads = 1 } = files
  if (loads > 1) await first.session.release()
  const { session, loadCpu } = loads > 1 ? await load(loads - 1) : first
  const { inputMetadata: inputs, outputMetadata: outputs } = session
  let latest = Promise.resolve()
  port.on('message', (message: ToThread) => {
    if (message !== 'close') latest = latest.then(() => run(session, message))
    else void latest.then(() => session.release()).finally(() => port.close())
  })
  send({ kind: 'ready', inputs, outputs, loadCpu })
} catch (error) {
  send({ kind: 'unusable', message: wordsOf(error) })
}
