import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import type { ModelThread } from '../onnx/model-thread.ts'

/** The place of one thread: empty while a new one is loaded. */
export interface ThreadSlot {
  thread: ModelThread | undefined
  /** Batches at the thread. */
  inFlight: number
}

export interface ModelThreadsOptions {
  readonly start: () => Promise<ModelThread>
  /** How long to wait before loading the model again after that failed (ms). */
  readonly restartDelay: number
  /** Told of every thread that ended at work. */
  readonly onEnded: (error: MillraceError) => void
  /** Told of every thread that could not be loaded in the place of one that ended. */
  readonly onNotLoaded: (error: MillraceError) => void
  /** Told of every thread that is there in the place of one that ended. */
  readonly onLoaded: () => void
}

/** The threads of a model. One that ends is replaced. */
export class ModelThreads {
  readonly #options: ModelThreadsOptions
  readonly #slots: readonly ThreadSlot[]
  readonly #keepers: readonly Promise<void>[]
  readonly #closing = new AbortController()

  constructor(threads: readonly ModelThread[], options: ModelThreadsOptions) {
    this.#options = options
    this.#slots = threads.map(thread => ({ thread, inFlight: 0 }))
    this.#keepers = this.#slots.map(slot => this.#keepFilled(slot))
  }

  /** Whether one of them can be given work. */
  get alive(): boolean {
    return this.#slots.some(slot => slot.thread?.alive)
  }

  /** The one with the least to do; undefined when none is there. */
  idlest(): ThreadSlot | undefined {
    let idlest: ThreadSlot | undefined
    for (const slot of this.#slots) {
      if (slot.thread?.alive && (idlest === undefined || slot.inFlight < idlest.inFlight)) idlest = slot
    }
    return idlest
  }

  /** Lets the threads answer what they have, and ends them. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#slots.map(slot => slot.thread?.close()))
    await Promise.all(this.#keepers)
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted
  }

  async #keepFilled(slot: ThreadSlot): Promise<void> {
    while (slot.thread !== undefined) {
      const cause = await slot.thread.ended
      slot.thread = undefined
      if (!this.#isClosing) this.#options.onEnded(unavailable('A thread of the model ended at work.', cause))
      slot.thread = await this.#startAnew()
      if (slot.thread !== undefined) this.#options.onLoaded()
    }
  }

  async #startAnew(): Promise<ModelThread | undefined> {
    const { start, restartDelay, onNotLoaded } = this.#options
    while (!this.#isClosing) {
      try {
        const thread = await start()
        if (this.#isClosing) await thread.close()
        return thread
      } catch (cause) {
        onNotLoaded(unavailable('The model cannot be loaded again.', cause))
        await delay(restartDelay, undefined, { signal: this.#closing.signal }).catch(() => {})
      }
    }
    return undefined
  }
}

/** Starts so many threads of a model, or none. Fails as `start` does. */
export async function startThreads(
  start: () => Promise<ModelThread>,
  count: number,
): Promise<readonly ModelThread[]> {
  const started = await Promise.allSettled(Array.from({ length: count }, start))
  const threads = started.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  const failure = started.find(result => result.status === 'rejected')
  if (failure === undefined) return threads
  await Promise.all(threads.map(thread => thread.close()))
  throw failure.reason
}

/** The error of callers whose model is not there. */
export function unavailable(message: string, cause?: unknown): MillraceError {
  return new MillraceError('MODEL_UNAVAILABLE', message, { cause })
}
