import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, MillraceError } from '@millrace/core'
import type { Done, Task, Work } from './task.ts'

interface Reply {
  readonly done?: Done
  readonly failed?: { readonly code?: ErrorCode; readonly message: string; readonly stack?: string }
}

const SCRIPT = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url)

/** Threads that each do one task at a time. */
export class WorkerPool implements AsyncDisposable {
  readonly #workers: readonly Worker[]

  constructor(size: number, workerData: { readonly pipelineFile: string; readonly work: Work }) {
    this.#workers = Array.from({ length: size }, () => new Worker(fileURLToPath(SCRIPT), { workerData }))
  }

  /** Does all tasks, the first ones first, and answers what came of them in the order of the tasks. */
  async run(tasks: readonly Task[], onDone: (done: Done) => void): Promise<Done[]> {
    const waiting = tasks.map((task, place) => ({ task, place })).values()
    const results = new Array<Done>(tasks.length)
    const drain = async (worker: Worker): Promise<void> => {
      for (const { task, place } of waiting) {
        results[place] = await ask(worker, task)
        onDone(results[place])
      }
    }
    await Promise.all(this.#workers.map(drain))
    return results
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()))
  }
}

function ask(worker: Worker, task: Task): Promise<Done> {
  const { promise, resolve, reject } = Promise.withResolvers<Done>()
  const onMessage = ({ done, failed }: Reply): void => {
    worker.off('error', reject)
    if (done !== undefined) resolve(done)
    else reject(errorOf(failed!))
  }
  worker.once('message', onMessage)
  worker.once('error', reject)
  worker.postMessage(task)
  return promise
}

function errorOf({ code, message, stack }: Required<Reply>['failed']): Error {
  if (code !== undefined) return new MillraceError(code, message)
  return Object.assign(new Error(message), { stack })
}
