import { MillraceError } from '@millrace/core'

/** One caller's rows on their way: some not yet taken, some at work, some answered. */
interface Job {
  readonly vectors: Float32Array
  readonly rows: number
  readonly answers: Float32Array
  readonly settle: PromiseWithResolvers<Float32Array>
  taken: number
  answered: number
}

/** Rows of one job within a batch. */
interface Slice {
  readonly job: Job
  /** First row within the job. */
  readonly from: number
  readonly rows: number
}

/** Rows of several callers that go to the model together. */
export interface Batch {
  readonly vectors: Float32Array
  readonly rows: number
  readonly slices: readonly Slice[]
}

export interface BatchQueueOptions {
  /** How many values a vector has. */
  readonly columns: number
  /** How many values the model answers for a row. */
  readonly outputs: number
  /** How many rows may wait. A job is always taken when none waits, whatever its size. */
  readonly capacity: number
}

/** Joins the rows of callers into batches, in the order in which they came, and gives each caller its own answers. */
export class BatchQueue {
  readonly #options: BatchQueueOptions
  #jobs: Job[] = []
  #rows = 0

  constructor(options: BatchQueueOptions) {
    this.#options = options
  }

  /** How many rows wait. */
  get rows(): number {
    return this.#rows
  }

  /** Queues the rows of one caller, who leaves `vectors` alone until the answer. Fails with SCORER_OVERLOADED. */
  add(vectors: Float32Array, rows: number): Promise<Float32Array> {
    const { columns, outputs, capacity } = this.#options
    if (vectors.length !== rows * columns) {
      throw new RangeError(
        `${rows} vectors of ${columns} values were announced, ${vectors.length} values came`,
      )
    }
    if (this.#rows > 0 && this.#rows + rows > capacity) {
      return Promise.reject(new MillraceError('SCORER_OVERLOADED', 'Too many vectors wait: try again later.'))
    }
    const settle = Promise.withResolvers<Float32Array>()
    const answers = new Float32Array(rows * outputs)
    if (rows === 0) settle.resolve(answers)
    else this.#jobs.push({ vectors, rows, answers, settle, taken: 0, answered: 0 })
    this.#rows += rows
    return settle.promise
  }

  /** Takes the oldest rows, at most `maxRows`. */
  take(maxRows: number): Batch {
    const { columns } = this.#options
    const rows = Math.min(maxRows, this.#rows)
    const vectors = new Float32Array(rows * columns)
    const slices: Slice[] = []
    for (let filled = 0; filled < rows; ) {
      const slice = this.#takeSlice(rows - filled)
      const { job, from } = slice
      vectors.set(job.vectors.subarray(from * columns, (from + slice.rows) * columns), filled * columns)
      slices.push(slice)
      filled += slice.rows
    }
    this.#rows -= rows
    return { vectors, rows, slices }
  }

  /** Hands the answers of a batch to those who wait for them. */
  answer({ slices }: Batch, answers: Float32Array): void {
    const { outputs } = this.#options
    let at = 0
    for (const { job, from, rows } of slices) {
      job.answers.set(answers.subarray(at * outputs, (at + rows) * outputs), from * outputs)
      job.answered += rows
      at += rows
      if (job.answered === job.rows) job.settle.resolve(job.answers)
    }
  }

  /** Fails everybody who has a row in a batch; rows of theirs that still wait are dropped. */
  fail({ slices }: Batch, error: unknown): void {
    for (const { job } of slices) job.settle.reject(error)
    const failed = new Set(slices.map(slice => slice.job))
    this.#keep(job => !failed.has(job))
  }

  /** Fails everybody who waits. */
  failAll(error: unknown): void {
    for (const job of this.#jobs) job.settle.reject(error)
    this.#keep(() => false)
  }

  #takeSlice(maxRows: number): Slice {
    const job = this.#jobs[0]!
    const from = job.taken
    const rows = Math.min(maxRows, job.rows - from)
    job.taken += rows
    if (job.taken === job.rows) this.#jobs.shift()
    return { job, from, rows }
  }

  #keep(wanted: (job: Job) => boolean): void {
    this.#jobs = this.#jobs.filter(wanted)
    this.#rows = this.#jobs.reduce((sum, job) => sum + job.rows - job.taken, 0)
  }
}
