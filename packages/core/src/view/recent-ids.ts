import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { Rows } from '../window/rows.ts'

/** A hash and an event time. */
export const RECENT_ID_BYTES = 12

/** A hash behind its time. */
const LAYOUT = { width: 2, totals: 2 }
const HASH = 1

/** Ids that were handled lately, as their hashes, and the event times they were handled with, in that order. */
export class RecentIds {
  readonly #rows = new Rows(LAYOUT)

  get length(): number {
    return this.#rows.length
  }

  push(hash: number, eventTime: number): void {
    const { length } = this
    this.#rows.insert(length, eventTime)
    this.#rows.set(length, HASH, hash)
  }

  includes(hash: number, eventTime: number): boolean {
    for (let i = 0; i < this.length; i++)
      if (this.#rows.timeAt(i) === eventTime && this.#rows.at(i, HASH) === hash) return true
    return false
  }

  /** Forgets the first ones until at most `most` are left and the first is not older than `oldest` (epoch ms). */
  forget(most: number, oldest: number): void {
    let n = Math.max(0, this.length - most)
    while (n < this.length && this.#rows.timeAt(n) < oldest) n++
    if (n > 0) this.#rows.removeFirst(n)
  }

  encode(writer: ByteWriter): void {
    writer.varint(this.length)
    for (let i = 0; i < this.length; i++) {
      writer.uint32(this.#rows.at(i, HASH))
      writer.float64(this.#rows.timeAt(i))
    }
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(reader: ByteReader): void {
    this.#rows.clear()
    for (let left = reader.varint(); left > 0; left--) this.push(reader.uint32(), reader.float64())
  }
}
