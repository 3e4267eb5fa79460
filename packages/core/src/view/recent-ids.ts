import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import type { Memory } from '../window/memory.ts'
import type { MemoryLayout } from '../window/memory-layout.ts'
import type { Rows } from '../window/rows.ts'

/** A hash and an event time. */
export const RECENT_ID_BYTES = 12

/** A hash behind its time. */
const LAYOUT = { width: 2, totals: 2 }
const HASH = 1

/** Ids that were handled lately, as their hashes, and the event times they were handled with, in that order. */
export class RecentIds {
  readonly #rows: Rows

  constructor(memory: MemoryLayout) {
    this.#rows = memory.rows(LAYOUT)
  }

  length(memory: Memory): number {
    return this.#rows.length(memory)
  }

  push(memory: Memory, hash: number, eventTime: number): void {
    const length = this.length(memory)
    this.#rows.insert(memory, length, eventTime)
    this.#rows.set(memory, length, HASH, hash)
  }

  includes(memory: Memory, hash: number, eventTime: number): boolean {
    const length = this.length(memory)
    for (let i = 0; i < length; i++)
      if (this.#rows.timeAt(memory, i) === eventTime && this.#rows.at(memory, i, HASH) === hash) return true
    return false
  }

  /** Forgets the first ones until at most `most` are left and the first is not older than `oldest` (epoch ms). */
  forget(memory: Memory, most: number, oldest: number): void {
    const length = this.length(memory)
    let n = Math.max(0, length - most)
    while (n < length && this.#rows.timeAt(memory, n) < oldest) n++
    if (n > 0) this.#rows.removeFirst(memory, n)
  }

  encode(memory: Memory, writer: ByteWriter): void {
    const length = this.length(memory)
    writer.varint(length)
    for (let i = 0; i < length; i++) {
      writer.uint32(this.#rows.at(memory, i, HASH))
      writer.float64(this.#rows.timeAt(memory, i))
    }
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(memory: Memory, reader: ByteReader): void {
    const length = reader.count()
    this.#rows.resize(memory, length)
    for (let i = 0; i < length; i++) {
      this.#rows.set(memory, i, HASH, reader.uint32())
      this.#rows.setTime(memory, i, reader.float64())
    }
  }

  /** Has none. */
  clear(memory: Memory): void {
    this.#rows.resize(memory, 0)
  }
}
