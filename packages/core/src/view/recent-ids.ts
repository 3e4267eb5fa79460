import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { DoubleList } from '../window/double-list.ts'

/** A hash and an event time. */
export const RECENT_ID_BYTES = 12

/** Ids that were handled lately, as their hashes, and the event times they were handled with, in that order. */
export class RecentIds {
  /** Hash and time in turn: a state is looked at for one event, and each list of its own is another place in memory. */
  readonly #pairs = new DoubleList()

  get length(): number {
    return this.#pairs.length / 2
  }

  push(hash: number, eventTime: number): void {
    this.#pairs.push(hash)
    this.#pairs.push(eventTime)
  }

  includes(hash: number, eventTime: number): boolean {
    for (let i = 0; i < this.length; i++)
      if (this.#timeAt(i) === eventTime && this.#pairs.at(2 * i) === hash) return true
    return false
  }

  /** Forgets the first ones until at most `most` are left and the first is not older than `oldest` (epoch ms). */
  forget(most: number, oldest: number): void {
    let n = Math.max(0, this.length - most)
    while (n < this.length && this.#timeAt(n) < oldest) n++
    if (n > 0) this.#pairs.removeFirst(2 * n)
  }

  encode(writer: ByteWriter): void {
    writer.varint(this.length)
    for (let i = 0; i < this.length; i++) {
      writer.uint32(this.#pairs.at(2 * i))
      writer.float64(this.#timeAt(i))
    }
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(reader: ByteReader): void {
    this.#pairs.clear()
    for (let left = reader.varint(); left > 0; left--) this.push(reader.uint32(), reader.float64())
  }

  #timeAt(index: number): number {
    return this.#pairs.at(2 * index + 1)
  }
}
