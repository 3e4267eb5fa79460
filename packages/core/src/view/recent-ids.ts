import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { DoubleList } from '../window/double-list.ts'

/** A hash and an event time. */
export const RECENT_ID_BYTES = 12

/** Ids that were handled lately, as their hashes, and the event times they were handled with, in that order. */
export class RecentIds {
  readonly #hashes = new DoubleList()
  readonly #times = new DoubleList()

  get length(): number {
    return this.#times.length
  }

  push(hash: number, eventTime: number): void {
    this.#hashes.push(hash)
    this.#times.push(eventTime)
  }

  includes(hash: number, eventTime: number): boolean {
    for (let i = 0; i < this.length; i++)
      if (this.#times.at(i) === eventTime && this.#hashes.at(i) === hash) return true
    return false
  }

  /** Forgets the first ones until at most `most` are left and the first is not older than `oldest` (epoch ms). */
  forget(most: number, oldest: number): void {
    let n = Math.max(0, this.length - most)
    while (n < this.length && this.#times.at(n) < oldest) n++
    if (n === 0) return
    this.#hashes.removeFirst(n)
    this.#times.removeFirst(n)
  }

  encode(writer: ByteWriter): void {
    writer.varint(this.length)
    for (let i = 0; i < this.length; i++) {
      writer.uint32(this.#hashes.at(i))
      writer.float64(this.#times.at(i))
    }
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(reader: ByteReader): void {
    this.#hashes.clear()
    this.#times.clear()
    for (let left = reader.varint(); left > 0; left--) this.push(reader.uint32(), reader.float64())
  }
}
