import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import { type Batch, BatchQueue } from './batch-queue.ts'
import type { InferenceWorker } from './inference-worker.ts'
import { CLASSES, type ModelSignature } from './signature.ts'

export interface PoolOptions {
  /** Threads, each with the model loaded. Default 1. */
  readonly workers?: number
  /** Rows that make a full batch. Default 512. */
  readonly maxBatch?: number
  /** Rows that may wait, for all callers together. Default 4,096. */
  readonly capacity?: number
  /** How long to wait before loading the model again after that failed (ms). Default 1,000. */
  readonly restartDelay?: number
  /** Told of every worker that ended at work, and of every one that could not be loaded in its place. */
  readonly onTrouble?: (error: MillraceError) => void
}

/** One batch is at work while at most one more waits at the worker, so that it need not idle between two. */
const MAX_IN_FLIGHT = 2

/** The place of one worker: empty while a new one is loaded. */
interface Slot {
  worker: InferenceWorker | undefined
  inFlight: number
}

/**
 * Scores with one or several workers from one queue. A batch is released as soon as a worker is idle, with what came
 * until then, or when it is full. A worker that ends fails the batches it had and is replaced.
 */
export class ScoringPool {
  readonly signature: ModelSignature
  readonly #start: () => Promise<InferenceWorker>
  readonly #maxBatch: number
  readonly #restartDelay: number
  readonly #onTrouble: (error: MillraceError) => void
  readonly #queue: BatchQueue
  readonly #slots: readonly Slot[]
  readonly #keepers: readonly Promise<void>[]
  readonly #closing = new AbortController()
  #releaseIsDue = false
  #down: MillraceError | undefined

  private constructor(
    workers: readonly InferenceWorker[],
    start: () => Promise<InferenceWorker>,
    { maxBatch = 512, capacity = 4_096, restartDelay = 1_000, onTrouble = () => {} }: PoolOptions,
  ) {
    this.signature = workers[0]!.signature
    this.#start = start
    this.#maxBatch = maxBatch
    this.#restartDelay = restartDelay
    this.#onTrouble = onTrouble
    this.#queue = new BatchQueue({ columns: this.signature.columns, outputs: CLASSES, capacity })
    this.#slots = workers.map(worker => ({ worker, inFlight: 0 }))
    this.#keepers = this.#slots.map(slot => this.#keepFilled(slot))
  }

  /** Starts the workers. Fails as `start` does. */
  static async open(start: () => Promise<InferenceWorker>, options: PoolOptions = {}): Promise<ScoringPool> {
    const workers = await Promise.all(Array.from({ length: options.workers ?? 1 }, start))
    return new ScoringPool(workers, start, options)
  }

  /** Whether a worker is there to score. */
  get ready(): boolean {
    return !this.#isClosing && this.#slots.some(slot => slot.worker?.alive)
  }

  /**
   * The probabilities of the classes for each row, row after row. The caller leaves `vectors` alone until then. Fails
   * with SCORER_OVERLOADED when too many rows wait, with MODEL_UNAVAILABLE when the model is not there or ended at work.
   */
  infer(vectors: Float32Array, rows: number): Promise<Float32Array> {
    if (this.#isClosing) return Promise.reject(unavailable('The scorer is stopping.'))
    if (this.#down !== undefined) return Promise.reject(this.#down)
    const answer = this.#queue.add(vectors, rows)
    this.#releaseSoon()
    return answer
  }

  /** Refuses new rows, answers those that wait, and ends the workers. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#release()
    await Promise.all(this.#slots.map(slot => slot.worker?.close()))
    await Promise.all(this.#keepers)
    this.#queue.failAll(unavailable('The scorer is stopping.'))
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted
  }

  /** After what else this turn of the event loop brings, so that its requests share a batch. */
  #releaseSoon(): void {
    if (this.#releaseIsDue) return
    this.#releaseIsDue = true
    setImmediate(() => {
      this.#releaseIsDue = false
      this.#release()
    })
  }

  #release(): void {
    while (this.#queue.rows > 0) {
      const slot = this.#idlest()
      if (slot?.worker === undefined || !this.#mayTake(slot)) return
      void this.#run(slot, slot.worker, this.#queue.take(this.#maxBatch))
    }
  }

  #idlest(): Slot | undefined {
    const working = this.#slots.filter(slot => slot.worker?.alive)
    return working.toSorted((a, b) => a.inFlight - b.inFlight)[0]
  }

  #mayTake({ inFlight }: Slot): boolean {
    if (inFlight === 0 || this.#isClosing) return true
    return inFlight < MAX_IN_FLIGHT && this.#queue.rows >= this.#maxBatch
  }

  async #run(slot: Slot, worker: InferenceWorker, batch: Batch): Promise<void> {
    slot.inFlight++
    try {
      this.#queue.answer(batch, await worker.infer(batch.vectors, batch.rows))
    } catch (error) {
      this.#queue.fail(batch, error)
    }
    slot.inFlight--
    this.#release()
  }

  /** Puts a new worker in the place of one that ended, until the pool closes. */
  async #keepFilled(slot: Slot): Promise<void> {
    while (slot.worker !== undefined) {
      const cause = await slot.worker.ended
      slot.worker = undefined
      if (!this.#isClosing) this.#onTrouble(unavailable('A scoring thread ended at work.', cause))
      slot.worker = await this.#startAnew()
      this.#release()
    }
  }

  async #startAnew(): Promise<InferenceWorker | undefined> {
    while (!this.#isClosing) {
      try {
        const worker = await this.#start()
        this.#down = undefined
        if (this.#isClosing) await worker.close()
        return worker
      } catch (cause) {
        this.#giveUp(unavailable('The model cannot be loaded again.', cause))
        await delay(this.#restartDelay, undefined, { signal: this.#closing.signal }).catch(() => {})
      }
    }
    return undefined
  }

  /** Refuses callers while no worker is left; whoever waited would wait too long. */
  #giveUp(error: MillraceError): void {
    this.#onTrouble(error)
    if (this.ready) return
    this.#down = error
    this.#queue.failAll(error)
  }
}

function unavailable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('MODEL_UNAVAILABLE', message, { cause })
}
