import type { MillraceError } from '@millrace/core'
import type { InlineModel } from '../onnx/inline-model.ts'
import type { ModelRunner } from '../onnx/model-runner.ts'
import type { ModelThread } from '../onnx/model-thread.ts'
import type { ModelSignature, Tensor } from '../tensor/tensor.ts'
import { type Batch, BatchQueue, type InferOptions } from './batch-queue.ts'
import { ModelThreads, startThreads, type ThreadSlot, unavailable } from './model-threads.ts'
import { runBatch } from './run-batch.ts'
import type { RunPace } from './run-pace.ts'
import {
  type BatchFacts,
  type InferenceStatistics,
  type ReleaseReason,
  StatisticsCounter,
} from './statistics.ts'

export interface PoolOptions {
  /** Threads of the model. Default 1. */
  readonly threads?: number
  /** Rows that go to the model at once, at the most. Default 512. */
  readonly maxBatch?: number
  /** Rows that may wait, for all callers together. Default 4,096. */
  readonly capacity?: number
  /**
   * How long rows wait for more while the model is busy (ms), before they are handed to it to be run next. Default 2.
   * An idle model never waits.
   */
  readonly maxWait?: number
  /** A request that takes longer is counted as slow (ms). Default none. */
  readonly latencyBudget?: number
  /** How long to wait before loading the model again after that failed (ms). Default 1,000. */
  readonly restartDelay?: number
  /** Whether rows of several callers may be run together. Default true. */
  readonly joins?: boolean
  /** The model beside its callers, for what it runs in less time than a thread would be woken in. */
  readonly inline?: InlineRuns
  /** Told of every thread that ended at work, and of every one that could not be loaded in its place. */
  readonly onTrouble?: (error: MillraceError) => void
  /** Told of every batch that was answered. */
  readonly onBatch?: (facts: BatchFacts) => void
}

/** When rows are run where they are asked for. */
export interface InlineRuns {
  readonly model: InlineModel
  readonly pace: RunPace
  /** The expected time of a run, up to which it is made (ms). */
  readonly budget: number
}

/** One batch is at work while at most one more waits at the thread, so that it need not idle between two. */
const MAX_IN_FLIGHT = 2
/** Turns of the event loop that rows wait for more at the most. One that brings nothing takes about a microsecond. */
const GATHER_TURNS = 4

/**
 * Runs a model in one or several threads from one queue. A batch is released when a thread is idle, with what came
 * until then, when it is full, or when its oldest row has waited long enough. A thread that ends fails the batches it
 * had and is replaced.
 */
export class InferencePool {
  readonly signature: ModelSignature
  readonly #maxBatch: number
  readonly #maxWait: number
  readonly #onBatch: (facts: BatchFacts) => void
  readonly #statistics: StatisticsCounter
  readonly #queue: BatchQueue
  readonly #threads: ModelThreads
  readonly #inline: InlineRuns | undefined
  #runningInline: Promise<void> | undefined
  #isClosing = false
  #releaseIsDue = false
  #timer: NodeJS.Timeout | undefined
  #down: MillraceError | undefined
  #rowsAtWork = 0

  private constructor(
    threads: readonly ModelThread[],
    start: () => Promise<ModelThread>,
    options: PoolOptions,
  ) {
    const { maxBatch = 512, maxWait = 2, onBatch = () => {}, onTrouble = () => {} } = options
    this.signature = threads[0]!.signature
    this.#maxBatch = maxBatch
    this.#maxWait = maxWait
    this.#onBatch = onBatch
    this.#statistics = new StatisticsCounter(options.latencyBudget)
    const { capacity = 4_096, joins = true, restartDelay = 1_000 } = options
    this.#queue = new BatchQueue({ capacity, joins, statistics: this.#statistics })
    this.#inline = options.inline
    this.#threads = new ModelThreads(threads, {
      start,
      restartDelay,
      onEnded: onTrouble,
      onNotLoaded: error => {
        onTrouble(error)
        this.#giveUp(error)
      },
      onLoaded: () => {
        this.#down = undefined
        this.#release()
      },
    })
  }

  /** Starts the threads. Fails as `start` does. */
  static async open(start: () => Promise<ModelThread>, options: PoolOptions = {}): Promise<InferencePool> {
    return new InferencePool(await startThreads(start, options.threads ?? 1), start, options)
  }

  /** Whether a thread is there to run the model. */
  get ready(): boolean {
    return !this.#isClosing && this.#threads.alive
  }

  /** What was done since the pool was opened. */
  get statistics(): InferenceStatistics {
    return this.#statistics.snapshot()
  }

  /** How many rows wait. */
  get waiting(): number {
    return this.#queue.rows
  }

  /** How many rows wait or are at work. */
  get inFlight(): number {
    return this.#queue.rows + this.#rowsAtWork
  }

  /** Whether so many rows more would be taken now. */
  hasRoomFor(rows: number): boolean {
    return this.#queue.hasRoomFor(rows)
  }

  /**
   * Runs the model on `rows` rows of tensors in the order of its inputs, which the caller leaves alone until then, and
   * answers its outputs in their order. Fails with SCORER_OVERLOADED when too many rows wait, with DEADLINE_EXCEEDED or
   * REQUEST_CANCELLED when nobody wants the answer any more, with MODEL_FAILED when the model refuses the tensors, and
   * with MODEL_UNAVAILABLE when it is not there or ended at work.
   */
  infer(inputs: readonly Tensor[], rows: number, options?: InferOptions): Promise<readonly Tensor[]> {
    if (this.#isClosing) return Promise.reject(unavailable('The model is being released.'))
    if (this.#down !== undefined) return Promise.reject(this.#down)
    const answer = this.#queue.add(inputs, rows, options)
    this.#releaseSoon()
    return answer
  }

  /** Refuses new rows, answers those that wait, and ends the threads. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#release()
    // The end of such a run releases what waits, to the threads too.
    while (this.#runningInline !== undefined) await this.#runningInline
    await this.#threads.close()
    await this.#inline?.model.release()
    clearTimeout(this.#timer)
    this.#queue.failAll(unavailable('The model is being released.'))
  }

  /** After what else this turn of the event loop brings, and the next ones while they do, so that it shares a batch. */
  #releaseSoon(): void {
    if (this.#releaseIsDue) return
    this.#releaseIsDue = true
    this.#gather(0, GATHER_TURNS)
  }

  #gather(before: number, turns: number): void {
    setImmediate(() => {
      const { rows } = this.#queue
      if (turns > 1 && rows > before && rows < this.#maxBatch) {
        this.#gather(rows, turns - 1)
        return
      }
      this.#releaseIsDue = false
      this.#release()
    })
  }

  #release(): void {
    while (this.#queue.rows > 0) {
      if (this.#inline !== undefined && this.#isQuick(this.#inline)) {
        // The end of a run releases what came meanwhile.
        if (this.#runningInline !== undefined) return
        const batch = this.#queue.take(this.#maxBatch)
        if (batch !== undefined) this.#runningInline = this.#runInline(this.#inline.model, batch)
        continue
      }
      const slot = this.#threads.idlest()
      const reason = slot && this.#reasonFor(slot)
      if (slot?.thread === undefined || reason === undefined) {
        this.#releaseLater()
        return
      }
      const batch = this.#queue.take(this.#maxBatch)
      if (batch !== undefined) void this.#run(slot, slot.thread, batch, reason)
    }
  }

  /** When the oldest row will have waited long enough; a thread that comes free is earlier. */
  #releaseLater(): void {
    const { oldest } = this.#queue
    if (this.#timer !== undefined || oldest === undefined || this.#isClosing) return
    const left = oldest + this.#maxWait - performance.now()
    if (left <= 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#release()
    }, Math.ceil(left)).unref()
  }

  #reasonFor({ inFlight }: ThreadSlot): ReleaseReason | undefined {
    if (inFlight === 0 || this.#isClosing) return 'idle'
    if (inFlight >= MAX_IN_FLIGHT) return undefined
    if (this.#queue.rows >= this.#maxBatch) return 'full'
    return performance.now() - this.#queue.oldest! >= this.#maxWait ? 'timeout' : undefined
  }

  /** Whether all that waits is run sooner here than in a thread. */
  #isQuick({ pace, budget }: InlineRuns): boolean {
    const { rows } = this.#queue
    return rows <= this.#maxBatch && pace.expected(rows) <= budget
  }

  async #runInline(model: InlineModel, batch: Batch): Promise<void> {
    await this.#runBatch(model, batch, 'idle')
    this.#runningInline = undefined
    this.#release()
  }

  async #run(slot: ThreadSlot, thread: ModelThread, batch: Batch, reason: ReleaseReason): Promise<void> {
    slot.inFlight++
    await this.#runBatch(thread, batch, reason)
    slot.inFlight--
    this.#release()
  }

  async #runBatch(runner: ModelRunner, batch: Batch, reason: ReleaseReason): Promise<void> {
    const waited = performance.now() - batch.queuedAt
    this.#rowsAtWork += batch.rows
    const took = await runBatch(runner, batch, this.#queue)
    this.#rowsAtWork -= batch.rows
    if (took === undefined) return
    this.#inline?.pace.observe({ rows: batch.rows, took })
    this.#onBatch({ reason, rows: batch.rows, waited, took })
  }

  /** Refuses callers while no thread is left; whoever waited would wait too long. */
  #giveUp(error: MillraceError): void {
    if (this.ready) return
    this.#down = error
    this.#queue.failAll(error)
  }
}
