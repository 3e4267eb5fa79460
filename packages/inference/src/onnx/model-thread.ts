import { Worker } from 'node:worker_threads'
import './keep-silent.ts'
import { MillraceError, Queue } from '@millrace/core'
import type { ModelSignature } from '../tensor/tensor.ts'
import { loadFault, runFault } from './load-fault.ts'
import { memoryOf } from './memory-of.ts'
import type { ModelRunner, RunResult } from './model-runner.ts'
import { signatureOf } from './signature.ts'
import type { FromThread, ModelFiles, ToThread } from './thread-messages.ts'

/** A model at work in a thread. */
export interface ModelThread extends ModelRunner {
  readonly signature: ModelSignature
  /** The CPU time that loading the model took (ms). */
  readonly loadCpu: number
  /** Whether the thread can still be given work. */
  readonly alive: boolean
  /** Resolves when the thread has ended, with the error that ended it if there was one. */
  readonly ended: Promise<unknown>
  /** Lets the thread answer what it has, and ends it. */
  close(): Promise<void>
}

const SCRIPT = new URL('./model-thread-script.ts', import.meta.url)

/** Loads a model in a thread of its own. Throws MODEL_INVALID when the model cannot be used. */
export function startModelThread(task: ModelFiles, script = SCRIPT): Promise<ModelThread> {
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
  const ready = ({ inputs, outputs, loadCpu }: Extract<FromThread, { readonly kind: 'ready' }>) => {
    try {
      const facts = { signature: signatureOf(inputs, outputs), loadCpu, ended }
      resolve(modelThread(worker, facts, answers))
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
  facts: Pick<ModelThread, 'signature' | 'loadCpu' | 'ended'>,
  answers: PendingAnswers,
): ModelThread {
  const send = (message: ToThread, transferred: ArrayBuffer[] = []) =>
    worker.postMessage(message, transferred)
  return {
    ...facts,
    get alive() {
      return !answers.ended
    },
    run(inputs) {
      // Only what was sent is answered: tensors that cannot be are no run.
      send({ inputs }, inputs.flatMap(memoryOf))
      return answers.expect()
    },
    async close() {
      send('close')
      await facts.ended
    },
  }
}

/** The runs that a thread has been given and not yet answered, which it does in their order. */
class PendingAnswers {
  readonly #waiting = new Queue<PromiseWithResolvers<RunResult>>()
  #lost: MillraceError | undefined

  get ended(): boolean {
    return this.#lost !== undefined
  }

  expect(): Promise<RunResult> {
    const answer = Promise.withResolvers<RunResult>()
    if (this.#lost === undefined) this.#waiting.push(answer)
    else answer.reject(this.#lost)
    return answer.promise
  }

  settle(message: Extract<FromThread, { readonly kind: 'done' | 'failed' }>): void {
    const answer = this.#waiting.shift()!
    if (message.kind === 'done') answer.resolve(message)
    else answer.reject(runFault(message.message))
  }

  /** Fails what waits, and whatever is asked from now on. */
  end(lost: MillraceError): void {
    this.#lost = lost
    for (let answer = this.#waiting.shift(); answer !== undefined; answer = this.#waiting.shift())
      answer.reject(lost)
  }
}
