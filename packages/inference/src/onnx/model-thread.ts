import { Worker } from 'node:worker_threads'
import './keep-silent.ts'
import { MillraceError } from '@millrace/core'
import type { ModelSignature, Tensor } from '../tensor/tensor.ts'
import { loadFault } from './load-fault.ts'
import { memoryOf } from './onnx-tensor.ts'
import { signatureOf } from './signature.ts'
import type { FromThread, ThreadTask, ToThread } from './thread-messages.ts'

/** What a run of a model gave. */
export interface RunResult {
  /** In the order of the model's outputs. */
  readonly outputs: readonly Tensor[]
  /** How long the model itself took (ms). */
  readonly took: number
}

/** A model at work in a thread. */
export interface ModelThread {
  readonly signature: ModelSignature
  /** Whether the thread can still be given work. */
  readonly alive: boolean
  /** Resolves when the thread has ended, with the error that ended it if there was one. */
  readonly ended: Promise<unknown>
  /**
   * Runs the model on tensors in the order of its inputs, and takes over their memory. Fails with MODEL_FAILED when
   * the model cannot be run on them, with MODEL_UNAVAILABLE when the thread ends before it has answered.
   */
  run(inputs: readonly Tensor[]): Promise<RunResult>
  /** Lets the thread answer what it has, and ends it. */
  close(): Promise<void>
}

const SCRIPT = new URL('./model-thread-script.ts', import.meta.url)

/** Loads a model in a thread of its own. Throws MODEL_INVALID when the model cannot be used. */
export function startModelThread(task: ThreadTask, script = SCRIPT): Promise<ModelThread> {
  const { promise, resolve, reject } = Promise.withResolvers<ModelThread>()
  const worker = new Worker(script, { workerData: task })
  const answers = new PendingAnswers()
  let cause: unknown
  worker.on('error', error => {
    cause = error
  })
  const ended = new Promise<unknown>(resolve => worker.on('exit', () => resolve(cause)))
  worker.on('exit', () => {
    const lost = new MillraceError('MODEL_UNAVAILABLE', 'The model ended at work: try again.', { cause })
    answers.end(lost)
    reject(lost)
  })
  const ready = ({ inputs, outputs }: Extract<FromThread, { readonly kind: 'ready' }>) => {
    try {
      resolve(modelThread(worker, signatureOf(inputs, outputs), answers, ended))
    } catch (error) {
      reject(error)
      worker.postMessage('close' satisfies ToThread)
    }
  }
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'ready') ready(message)
    else if (message.kind === 'unusable') reject(loadFault(message.message))
    else answers.settle(message)
  })
  return promise
}

function modelThread(
  worker: Worker,
  signature: ModelSignature,
  answers: PendingAnswers,
  ended: Promise<unknown>,
): ModelThread {
  const send = (message: ToThread, transferred: ArrayBuffer[] = []) =>
    worker.postMessage(message, transferred)
  return {
    signature,
    ended,
    get alive() {
      return !answers.ended
    },
    run(inputs) {
      const { id, answer } = answers.expect()
      send({ id, inputs }, inputs.flatMap(memoryOf))
      return answer
    },
    async close() {
      send('close')
      await ended
    },
  }
}

/** The runs that a thread has been given and not yet answered. */
class PendingAnswers {
  readonly #waiting = new Map<number, PromiseWithResolvers<RunResult>>()
  #lost: MillraceError | undefined
  #nextId = 0

  get ended(): boolean {
    return this.#lost !== undefined
  }

  expect(): { readonly id: number; readonly answer: Promise<RunResult> } {
    const id = this.#nextId++
    const answer = Promise.withResolvers<RunResult>()
    if (this.#lost === undefined) this.#waiting.set(id, answer)
    else answer.reject(this.#lost)
    return { id, answer: answer.promise }
  }

  settle(message: Extract<FromThread, { readonly id: number }>): void {
    const answer = this.#waiting.get(message.id)!
    this.#waiting.delete(message.id)
    if (message.kind === 'done') answer.resolve(message)
    else answer.reject(new MillraceError('MODEL_FAILED', `The model failed: ${message.message}`))
  }

  /** Fails what waits, and whatever is asked from now on. */
  end(lost: MillraceError): void {
    this.#lost = lost
    for (const answer of this.#waiting.values()) answer.reject(lost)
    this.#waiting.clear()
  }
}
