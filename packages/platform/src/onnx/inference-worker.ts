import { Worker } from 'node:worker_threads'
import { MillraceError } from '@millrace/core'
import type { ModelSignature } from './signature.ts'
import type { FromWorker, ToWorker, WorkerTask } from './worker-messages.ts'

/** A model at work in a thread. */
export interface InferenceWorker {
  readonly signature: ModelSignature
  /** Whether the thread can still be given work. */
  readonly alive: boolean
  /** Resolves when the thread has ended, with the error that ended it if there was one. */
  readonly ended: Promise<unknown>
  /**
   * The probabilities of the classes for each row, row after row; takes over the memory of `vectors`. Fails with
   * MODEL_UNAVAILABLE when the thread ends before it has answered.
   */
  infer(vectors: Float32Array, rows: number): Promise<Float32Array>
  /** Lets the thread answer what it has, and ends it. */
  close(): Promise<void>
}

const SCRIPT = new URL('./scoring-worker.ts', import.meta.url)

/** Loads a model in a thread of its own. Throws MODEL_INVALID when the model cannot be used. */
export function startInferenceWorker(task: WorkerTask, script = SCRIPT): Promise<InferenceWorker> {
  const { promise, resolve, reject } = Promise.withResolvers<InferenceWorker>()
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
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') resolve(inferenceWorker(worker, message.signature, answers, ended))
    else if (message.kind === 'unusable') reject(new MillraceError('MODEL_INVALID', message.message))
    else answers.settle(message)
  })
  return promise
}

function inferenceWorker(
  worker: Worker,
  signature: ModelSignature,
  answers: PendingAnswers,
  ended: Promise<unknown>,
): InferenceWorker {
  const send = (message: ToWorker, transferred: ArrayBuffer[] = []) =>
    worker.postMessage(message, transferred)
  return {
    signature,
    ended,
    get alive() {
      return !answers.ended
    },
    infer(vectors, rows) {
      const { id, answer } = answers.expect()
      send({ id, vectors, rows }, [vectors.buffer as ArrayBuffer])
      return answer
    },
    async close() {
      send('close')
      await ended
    },
  }
}

/** The batches that a thread has been given and not yet answered. */
class PendingAnswers {
  readonly #waiting = new Map<number, PromiseWithResolvers<Float32Array>>()
  #lost: MillraceError | undefined
  #nextId = 0

  get ended(): boolean {
    return this.#lost !== undefined
  }

  expect(): { readonly id: number; readonly answer: Promise<Float32Array> } {
    const id = this.#nextId++
    const answer = Promise.withResolvers<Float32Array>()
    if (this.#lost === undefined) this.#waiting.set(id, answer)
    else answer.reject(this.#lost)
    return { id, answer: answer.promise }
  }

  settle(message: Extract<FromWorker, { readonly id: number }>): void {
    const answer = this.#waiting.get(message.id)!
    this.#waiting.delete(message.id)
    if (message.kind === 'scored') answer.resolve(message.probabilities)
    else answer.reject(new MillraceError('MODEL_UNAVAILABLE', `The model failed: ${message.message}`))
  }

  /** Fails what waits, and whatever is asked from now on. */
  end(lost: MillraceError): void {
    this.#lost = lost
    for (const answer of this.#waiting.values()) answer.reject(lost)
    this.#waiting.clear()
  }
}
