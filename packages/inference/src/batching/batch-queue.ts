import { MillraceError, Queue } from '@millrace/core'
import type { RunResult } from '../onnx/model-runner.ts'
import { copyOf, joinRows, type RowRange, sliceRows } from '../tensor/rows.ts'
import { sameRowShape, type Tensor } from '../tensor/tensor.ts'
import type { StatisticsCounter } from './statistics.ts'

/** What a caller says of its request beside the tensors. */
export interface InferOptions {
  /** When the answer is of no use any more, by `performance.now()` (ms). */
  readonly deadline?: number
  /** Asked when the rows are about to be run: whether somebody still waits for them. */
  readonly isWanted?: () => boolean
}

/** One caller's rows on their way: some not yet taken, some at work, some answered. */
interface Job extends InferOptions {
  readonly inputs: readonly Tensor[]
  readonly rows: number
  readonly queuedAt: number
  /** Answers of the stretches of its rows, in their order. */
  readonly parts: (readonly Tensor[])[]
  readonly settle: PromiseWithResolvers<readonly Tensor[]>
  taken: number
  /** When the first of its rows was taken. */
  takenAt: number
  answered: number
  failed: boolean
}

const DROPPED: readonly string[] = ['DEADLINE_EXCEEDED', 'REQUEST_CANCELLED']

/** Rows of one job within a batch. */
interface Slice {
  readonly job: Job
  /** First row within the job. */
  readonly from: number
  readonly rows: number
  /** Which stretch of the job it is. */
  readonly part: number
}

/** Rows of several callers that go to the model together. */
export interface Batch {
  readonly rows: number
  readonly slices: readonly Slice[]
  /** When the first of its rows came (ms, `performance.now()`). */
  readonly queuedAt: number
}

export interface BatchQueueOptions {
  /** How many rows may wait. A job is always taken when none waits, whatever its size. */
  readonly capacity: number
  /** Whether rows of several callers may go together: false for a model whose first dimension is not its rows. */
  readonly joins: boolean
  readonly statistics: StatisticsCounter
}

/** Joins the rows of callers into batches, in the order in which they came, and gives each caller its own answers. */
export class BatchQueue {
  readonly #options: BatchQueueOptions
  #jobs = new Queue<Job>()
  #rows = 0

  constructor(options: BatchQueueOptions) {
    this.#options = options
  }

  /** How many rows wait. */
  get rows(): number {
    return this.#rows
  }

  /** When the oldest of the waiting rows came (ms, `performance.now()`); undefined when none waits. */
  get oldest(): number | undefined {
    return this.#jobs.first?.queuedAt
  }

  /** Whether so many rows more would be taken. */
  hasRoomFor(rows: number): boolean {
    return this.#rows === 0 || this.#rows + rows <= this.#options.capacity
  }

  /** Queues the rows of one caller, who leaves its tensors alone until the answer. Fails with SCORER_OVERLOADED. */
  add(inputs: readonly Tensor[], rows: number, options: InferOptions = {}): Promise<readonly Tensor[]> {
    if (!this.hasRoomFor(rows)) return Promise.reject(overloaded())
    const settle = Promise.withResolvers<readonly Tensor[]>()
    const queuedAt = performance.now()
    const progress = { parts: [], taken: 0, takenAt: 0, answered: 0, failed: false }
    this.#jobs.push({ ...options, ...progress, inputs, rows, queuedAt, settle })
    this.#rows += rows
    return settle.promise
  }

  /** Takes the oldest rows, at most `maxRows`; undefined when nobody waits any more. */
  take(maxRows: number): Batch | undefined {
    const slices: Slice[] = []
    const now = performance.now()
    let rows = 0
    for (let job = this.#head(); job !== undefined && rows < maxRows; job = this.#head()) {
      if (slices.length > 0 && !this.#joins(slices[0]!.job, job)) break
      const slice = this.#takeSlice(job, this.#options.joins ? maxRows - rows : job.rows, now)
      slices.push(slice)
      rows += slice.rows
    }
    return rows === 0 ? undefined : { rows, slices, queuedAt: slices[0]!.job.queuedAt }
  }

  /** Hands the outputs of a run to those who wait for them. */
  answer({ slices, rows: all }: Batch, { outputs, took }: RunResult): void {
    this.#options.statistics.computed(took)
    const now = performance.now()
    let at = 0
    for (const { job, rows, part } of slices) {
      job.parts[part] = rows === all ? outputs : outputs.map(tensor => sliceRows({ tensor, from: at, rows }))
      job.answered += rows
      at += rows
      if (job.answered === job.rows && !job.failed) this.#succeed(job, now)
    }
  }

  /** Fails everybody who has a row in a batch; rows of theirs that still wait are dropped. */
  fail({ slices }: Batch, error: unknown): void {
    for (const { job } of slices) this.#fail(job, error)
    this.#head()
  }

  /** Fails everybody who waits. */
  failAll(error: unknown): void {
    for (const job of this.#jobs.toArray()) this.#fail(job, error)
    this.#head()
  }

  #succeed({ settle, parts, rows, queuedAt, takenAt }: Job, now: number): void {
    settle.resolve(assembled(parts))
    this.#options.statistics.succeeded(rows, takenAt - queuedAt, now - queuedAt)
  }

  #fail(job: Job, error: unknown): void {
    if (job.failed) return
    job.failed = true
    job.settle.reject(error)
    const { statistics } = this.#options
    const took = performance.now() - job.queuedAt
    if (isDropped(error)) statistics.dropped(took)
    else statistics.failed(took)
  }

  /** The oldest job that somebody waits for; those before it are let go. */
  #head(): Job | undefined {
    for (let job = this.#jobs.first; job !== undefined; job = this.#jobs.first) {
      if (!job.failed && job.taken === 0) this.#refuseLate(job)
      if (!job.failed) return job
      this.#jobs.shift()
      this.#rows -= job.rows - job.taken
    }
    return undefined
  }

  #refuseLate(job: Job): void {
    if (job.deadline !== undefined && job.deadline <= performance.now()) {
      this.#fail(job, new MillraceError('DEADLINE_EXCEEDED', 'The deadline of the request has passed.'))
    } else if (job.isWanted?.() === false) {
      this.#fail(job, new MillraceError('REQUEST_CANCELLED', 'The caller has gone.'))
    }
  }

  #joins(first: Job, next: Job): boolean {
    return (
      this.#options.joins &&
      first.inputs.every((tensor, i) => sameRowShape(tensor.shape, next.inputs[i]!.shape))
    )
  }

  #takeSlice(job: Job, maxRows: number, now: number): Slice {
    const from = job.taken
    if (from === 0) job.takenAt = now
    const rows = Math.min(maxRows, job.rows - from)
    job.taken += rows
    this.#rows -= rows
    if (job.taken === job.rows) this.#jobs.shift()
    const part = job.parts.length
    job.parts.push([])
    return { job, from, rows, part }
  }
}

/**
 * The tensors of a batch, with memory of their own, in the order of the model's inputs. Those of one whole job are what
 * its caller sent, whatever their first dimension is.
 */
export function inputsOf({ slices }: Batch): readonly Tensor[] {
  const [{ job, rows }] = slices as readonly [Slice]
  if (rows === job.rows && slices.length === 1) return job.inputs.map(copyOf)
  return job.inputs.map((_, input) =>
    joinRows(slices.map(({ job, from, rows }): RowRange => ({ tensor: job.inputs[input]!, from, rows }))),
  )
}

/** The batches of one caller each that a batch was made of. */
export function separated({ slices }: Batch): readonly Batch[] {
  return slices.map(slice => ({ rows: slice.rows, slices: [slice], queuedAt: slice.job.queuedAt }))
}

function assembled(parts: readonly (readonly Tensor[])[]): readonly Tensor[] {
  if (parts.length === 1) return parts[0]!
  return parts[0]!.map((_, output) =>
    joinRows(parts.map(part => ({ tensor: part[output]!, from: 0, rows: part[output]!.shape[0]! }))),
  )
}

/** Whether a job failed since nobody waited for it any more. */
function isDropped(error: unknown): boolean {
  return error instanceof MillraceError && DROPPED.includes(error.code)
}

function overloaded(): MillraceError {
  return new MillraceError('SCORER_OVERLOADED', 'Too many rows wait: try again later.')
}
