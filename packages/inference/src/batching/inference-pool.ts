import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import type { InlineModel } from '../onnx/inline-model.ts'
import type { ModelRunner } from '../onnx/model-runner.ts'
import type { ModelThread } from '../onnx/model-thread.ts'
import type { ModelSignature, Tensor } from '../tensor/tensor.ts'
import { type Batch, BatchQueue, type InferOptions, inputsOf, separated } from './batch-queue.ts'
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

/** The place of one thread: empty while a new one is loaded. */
interface Slot {
  thread: ModelThread | undefined
  inFlight: number
}

/**
 * Runs a model in one or several threads from one queue. A batch is released when a thread is idle, with what came
 * until then, when it is full, or when its oldest row has waited long enough. A thread that ends fails the batches it
 * had and is replaced.
 */
export class InferencePool {
  readonly signature: ModelSignature
  readonly #start: () => Promise<ModelThread>
  readonly #options: Required<
    Omit<PoolOptions, 'threads' | 'capacity' | 'joins' | 'latencyBudget' | 'inline'>
  >
  readonly #statistics: StatisticsCounter
  readonly #queue: BatchQueue
  readonly #slots: readonly Slot[]
  readonly #inline: InlineRuns | undefined
  #runningInline: Promise<void> | undefined
  readonly #keepers: readonly Promise<void>[]
  readonly #closing = new AbortController()
  #releaseIsDue = false
  #timer: NodeJS.Timeout | undefined
  #down: MillraceError | undefined
  #rowsAtWork = 0

  private constructor(
    threads: readonly ModelThread[],
    start: () => Promise<ModelThread>,
    options: PoolOptions,
  ) {
    const { maxBatch = 512, capacity = 4_096, maxWait = 2, restartDelay = 1_000, joins = true } = options
    this.signature = threads[0]!.signature
    this.#start = start
    const { onTrouble = () => {}, onBatch = () => {} } = options
    this.#options = { maxBatch, maxWait, restartDelay, onTrouble, onBatch }
    this.#statistics = new StatisticsCounter(options.latencyBudget)
    this.#queue = new BatchQueue({ capacity, joins, statistics: this.#statistics })
    this.#slots = threads.map(thread => ({ thread, inFlight: 0 }))
    this.#inline = options.inline
    this.#keepers = this.#slots.map(slot => this.#keepFilled(slot))
  }

  /** Starts the threads. Fails as `start` does. */
  static async open(start: () => Promise<ModelThread>, options: PoolOptions = {}): Promise<InferencePool> {
    const started = await Promise.allSettled(Array.from({ length: options.threads ?? 1 }, start))
    const threads = started.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    const failure = started.find(result => result.status === 'rejected')
    if (failure === undefined) return new InferencePool(threads, start, options)
    await Promise.all(threads.map(thread => thread.close()))
    throw failure.reason
  }

  /** Whether a thread is there to run the model. */
  get ready(): boolean {
    return !this.#isClosing && this.#slots.some(slot => slot.thread?.alive)
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
    this.#closing.abort()
    this.#release()
    // The end of such a run releases what waits, to the threads too.
    while (this.#runningInline !== undefined) await this.#runningInline
    await Promise.all(this.#slots.map(slot => slot.thread?.close()))
    await Promise.all(this.#keepers)
    await this.#inline?.model.release()
    clearTimeout(this.#timer)
    this.#queue.failAll(unavailable('The model is being released.'))
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
      if (this.#inline !== undefined && this.#isQuick(this.#inline)) {
        // The end of a run releases what came meanwhile.
        if (this.#runningInline !== undefined) return
        const batch = this.#queue.take(this.#options.maxBatch)
        if (batch !== undefined) this.#runningInline = this.#runInline(this.#inline.model, batch)
        continue
      }
      const slot = this.#idlest()
      const reason = slot && this.#reasonFor(slot)
      if (slot?.thread === undefined || reason === undefined) {
        this.#releaseLater()
        return
      }
      const batch = this.#queue.take(this.#options.maxBatch)
      if (batch !== undefined) void this.#run(slot, slot.thread, batch, reason)
    }
  }

  /** When the oldest row will have waited long enough; a thread that comes free is earlier. */
  #releaseLater(): void {
    const { oldest } = this.#queue
    if (this.#timer !== undefined || oldest === undefined || this.#isClosing) return
    const left = oldest + this.#options.maxWait - performance.now()
    if (left <= 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#release()
    }, Math.ceil(left)).unref()
  }

  #idlest(): Slot | undefined {
    let idlest: Slot | undefined
    for (const slot of this.#slots) {
      if (slot.thread?.alive && (idlest === undefined || slot.inFlight < idlest.inFlight)) idlest = slot
    }
    return idlest
  }

  #reasonFor({ inFlight }: Slot): ReleaseReason | undefined {
    if (inFlight === 0 || this.#isClosing) return 'idle'
    if (inFlight >= MAX_IN_FLIGHT) return undefined
    const { maxBatch, maxWait } = this.#options
    if (this.#queue.rows >= maxBatch) return 'full'
    return performance.now() - this.#queue.oldest! >= maxWait ? 'timeout' : undefined
  }

  /** Whether all that waits is run sooner here than in a thread. */
  #isQuick({ pace, budget }: InlineRuns): boolean {
    const { rows } = this.#queue
    return rows <= this.#options.maxBatch && pace.expected(rows) <= budget
  }

  async #runInline(model: InlineModel, batch: Batch): Promise<void> {
    await this.#runBatch(model, batch, 'idle')
    this.#runningInline = undefined
    this.#release()
  }

  async #run(slot: Slot, thread: ModelThread, batch: Batch, reason: ReleaseReason): Promise<void> {
    slot.inFlight++
    await this.#runBatch(thread, batch, reason)
    slot.inFlight--
    this.#release()
  }

  async #runBatch(runner: ModelRunner, batch: Batch, reason: ReleaseReason): Promise<void> {
    const waited = performance.now() - batch.queuedAt
    this.#rowsAtWork += batch.rows
    try {
      const { outputs, took } = await runner.run(inputsOf(batch))
      refuseMixed(batch, outputs)
      this.#queue.answer(batch, outputs)
      this.#inline?.pace.observe({ rows: batch.rows, took })
      this.#statistics.computed(took)
      this.#options.onBatch({ reason, rows: batch.rows, waited, took })
    } catch (error) {
      await this.#settleFailed(runner, batch, error)
    }
    this.#rowsAtWork -= batch.rows
  }

  /** A model that refuses a batch is asked for each caller by itself: one's wrong values are no other's failure. */
  async #settleFailed(runner: ModelRunner, batch: Batch, error: unknown): Promise<void> {
    const isRefusal = error instanceof MillraceError && error.code === 'MODEL_FAILED'
    if (!isRefusal || batch.slices.length === 1) {
      this.#queue.fail(batch, error)
      return
    }
    for (const single of separated(batch)) {
      try {
        const { outputs, took } = await runner.run(inputsOf(single))
        this.#queue.answer(single, outputs)
        this.#statistics.computed(took)
      } catch (refusal) {
        this.#queue.fail(single, refusal)
      }
    }
  }

  /** Puts a new thread in the place of one that ended, until the pool closes. */
  async #keepFilled(slot: Slot): Promise<void> {
    while (slot.thread !== undefined) {
      const cause = await slot.thread.ended
      slot.thread = undefined
      if (!this.#isClosing)
        this.#options.onTrouble(unavailable('A thread of the model ended at work.', cause))
      slot.thread = await this.#startAnew()
      this.#release()
    }
  }

  async #startAnew(): Promise<ModelThread | undefined> {
    while (!this.#isClosing) {
      try {
        const thread = await this.#start()
        this.#down = undefined
        if (this.#isClosing) await thread.close()
        return thread
      } catch (cause) {
        this.#giveUp(unavailable('The model cannot be loaded again.', cause))
        await delay(this.#options.restartDelay, undefined, { signal: this.#closing.signal }).catch(() => {})
      }
    }
    return undefined
  }

  /** Refuses callers while no thread is left; whoever waited would wait too long. */
  #giveUp(error: MillraceError): void {
    this.#options.onTrouble(error)
    if (this.ready) return
    this.#down = error
    this.#queue.failAll(error)
  }
}

/** Outputs that are not row for row the batch's cannot be shared out among its callers. */
function refuseMixed({ rows, slices }: Batch, outputs: readonly Tensor[]): void {
  if (slices.length === 1 || outputs.every(({ shape }) => shape[0] === rows)) return
  throw new MillraceError('MODEL_FAILED', 'The model does not answer row for row.')
}

function unavailable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('MODEL_UNAVAILABLE', message, { cause })
}
