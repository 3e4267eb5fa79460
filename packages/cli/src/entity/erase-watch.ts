import { setTimeout as delay } from 'node:timers/promises'
import {
  BY_COMMAND,
  decodeCheckpoint,
  MillraceError,
  offsetOf,
  pairKey,
  type StateStore,
} from '@millrace/core'

const POLL_MS = 50

/**
 * Watches the checkpoint of a stage partition for requests by command. What was handled before counts for nothing: in a
 * topic that was made anew offsets begin again.
 */
export class EraseWatch {
  readonly #store: StateStore
  readonly #partition: number
  readonly #before: ReadonlyMap<number, number>

  private constructor(store: StateStore, partition: number, before: ReadonlyMap<number, number>) {
    this.#store = store
    this.#partition = partition
    this.#before = before
  }

  /** To be called before the requests are sent. */
  static async start(store: StateStore, partition: number): Promise<EraseWatch> {
    return new EraseWatch(store, partition, await highestOf(store, partition))
  }

  /**
   * Resolves when the stage has stored that it handled the requests.
   * @param offsets of the request in each input
   * @throws ERASE_PENDING when it has not after `waitMs`
   */
  async untilHandled(offsets: readonly number[], waitMs: number): Promise<void> {
    const until = performance.now() + waitMs
    while (!(await this.#areHandled(offsets))) {
      if (performance.now() >= until) throw pending(waitMs)
      await delay(POLL_MS)
    }
  }

  async #areHandled(offsets: readonly number[]): Promise<boolean> {
    const highest = await highestOf(this.#store, this.#partition)
    return offsets.every((offset, input) => {
      const key = pairKey(input, BY_COMMAND)
      const handled = highest.get(key) ?? -1
      return handled > (this.#before.get(key) ?? -1) && offsetOf(handled) >= offset
    })
  }
}

async function highestOf(store: StateStore, partition: number): Promise<ReadonlyMap<number, number>> {
  const { checkpoint, watermark } = await store.load(partition)
  return checkpoint === undefined ? new Map() : decodeCheckpoint(checkpoint, watermark).highest
}

function pending(waitMs: number): MillraceError {
  return new MillraceError(
    'ERASE_PENDING',
    `The request is in the log, and was not carried out within ${waitMs / 1_000} s: does a feature-builder run, and keep up? It is carried out in its turn; nothing is to be sent again.`,
  )
}
