import { MillraceError, type StageOutput } from '@millrace/core'

/** Resolves when the records are acknowledged; until then it is not called again. */
export type PublishRows = (rows: readonly StageOutput[]) => Promise<void>

export interface RowPublisherOptions {
  /** Rows that may wait while others are under way; beyond it a caller is refused. */
  readonly maxWaiting: number
  /** How long a caller waits for the acknowledgement (ms). Default 5 s. */
  readonly timeout?: number
}

/** Publishes rows for many callers at once: those that come while a send is under way share the next one. */
export class RowPublisher {
  readonly #maxWaiting: number
  readonly #timeout: number
  #publish: PublishRows | undefined
  #waiting: StageOutput[] = []
  /** The send that is under way; never rejects. */
  #current: Promise<void> = Promise.resolve()
  /** The send that will take what waits. */
  #following: Promise<void> | undefined

  constructor({ maxWaiting, timeout = 5_000 }: RowPublisherOptions) {
    this.#maxWaiting = maxWaiting
    this.#timeout = timeout
  }

  /** From now on rows are taken. */
  open(publish: PublishRows): void {
    this.#publish = publish
  }

  /**
   * Resolves when the rows are acknowledged. Throws BROKER_UNAVAILABLE when they are not in time, or when too many wait
   * already. Rows that were refused may be published all the same: pushing them again is harmless.
   */
  async push(rows: readonly StageOutput[]): Promise<void> {
    if (rows.length === 0) return
    if (this.#publish === undefined) throw unavailable('The connection to Kafka is not there yet: try again.')
    if (this.#waiting.length > 0 && this.#waiting.length + rows.length > this.#maxWaiting) {
      throw unavailable('Too many rows wait for Kafka: try again.')
    }
    this.#waiting = this.#waiting.concat(rows)
    this.#following ??= this.#current.then(() => this.#publishWaiting())
    await inTime(this.#following, this.#timeout)
  }

  async #publishWaiting(): Promise<void> {
    const rows = this.#waiting
    this.#waiting = []
    this.#following = undefined
    const published = this.#publish!(rows)
    this.#current = published.catch(() => {})
    return published
  }
}

async function inTime(published: Promise<void>, timeout: number): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no acknowledgement in time')), timeout)
  try {
    await Promise.race([published, late.promise])
  } catch (cause) {
    throw unavailable('Kafka does not take rows: try again.', cause)
  } finally {
    clearTimeout(timer)
  }
}

function unavailable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('BROKER_UNAVAILABLE', message, { cause })
}
