import { bytesOfSize, offsetInSlab, Slabs, sizeFor } from './slabs.ts'
import type { StateKey } from './state-key.ts'

/** No state is kept of the key. */
export const NOT_KEPT = -1

/**
 * A state lies in memory as four bytes with the length of the key (UTF-16 units), four with that of the encoding or
 * `ABSENT`, then the key and the encoding.
 */
const HEADER_BYTES = 8
const ABSENT = 0xffff_ffff

/** So much may lie between states whatever they take. */
const WASTE_BYTES = 1_000_000

const FIRST_SLOTS = 64
/** A slot is four words: the address, the hash of the key, notes on the state, and whether it was used lately. */
const SLOT_BITS = 2
const SLOT_WORDS = 1 << SLOT_BITS
const HASH = 1
const NOTES = 2
const USED = 3
const FREE = -1
/** Of the notes, the lower eight bits are the size of the piece; the others are the number of changes. */
const SIZE_MASK = 0xff
const CHANGES_SHIFT = 8
const MOST_CHANGES = 0xff_ffff

/**
 * Encoded states by key, outside the heap: there the garbage collector would copy each of them twice, and look at all
 * of them again and again. Those that were not used for a while can be forgotten (the clock algorithm).
 */
export class PackedStates {
  #slabs = new Slabs()
  #count = 0
  #pieceBytes = 0
  /** An open-addressing table: what is asked of many states in turn stands here, where no state is waited for. */
  #table = emptyTable(FIRST_SLOTS * SLOT_WORDS)
  #hand = 0

  /** How many states are kept, the absent ones included. */
  get count(): number {
    return this.#count
  }

  /** The memory that they take. */
  get bytes(): number {
    return this.#pieceBytes + this.#table.byteLength
  }

  /** The memory that is set aside for them, what lies between them included. */
  get reservedBytes(): number {
    return this.#slabs.bytes + this.#table.byteLength
  }

  /**
   * The slot of the state of a key (the index of its first word), which counts as used; or `NOT_KEPT`. It is good until
   * a state is put or forgotten.
   */
  find(key: StateKey): number {
    const slot = this.#slotOf(key)
    if (slot !== NOT_KEPT) this.#table[slot + USED] = 1
    return slot
  }

  /**
   * The encoding in a slot, undefined where it is kept that there is none. It is good until that state is put anew or
   * forgotten, or memory is joined.
   */
  at(slot: number): Uint8Array | undefined {
    const address = this.#table[slot]!
    const { bytes, words } = this.#slabs.slabOf(address)
    const start = offsetInSlab(address)
    const length = words[start / 4 + 1]!
    if (length === ABSENT) return undefined
    const from = start + HEADER_BYTES + 2 * words[start / 4]!
    return bytes.subarray(from, from + length)
  }

  /** How often the state in a slot was changed since it was stored. */
  changesAt(slot: number): number {
    return this.#table[slot + NOTES]! >>> CHANGES_SHIFT
  }

  /** Tells that the state in a slot is stored. */
  stored(slot: number): void {
    this.#table[slot + NOTES]! &= SIZE_MASK
  }

  /** Keeps the encoding of a state, or that there is none; it counts as used. */
  put(key: StateKey, encoding: Uint8Array | undefined, changes: number): void {
    const { text } = key
    const valueBytes = encoding === undefined ? 0 : encoding.length
    const size = sizeFor(HEADER_BYTES + 2 * text.length + valueBytes)
    const slot = this.#slotWithPiece(key, size)
    this.#table[slot + NOTES] = (Math.min(changes, MOST_CHANGES) << CHANGES_SHIFT) | size
    this.#table[slot + USED] = 1
    const address = this.#table[slot]!
    const { bytes, words } = this.#slabs.slabOf(address)
    const start = offsetInSlab(address)
    words[start / 4 + 1] = encoding === undefined ? ABSENT : valueBytes
    if (encoding !== undefined) bytes.set(encoding, start + HEADER_BYTES + 2 * text.length)
  }

  /** Forgets the state of a key, where there is one. */
  delete(key: StateKey): void {
    const slot = this.#slotOf(key)
    if (slot !== NOT_KEPT) this.#deleteAt(slot)
  }

  /**
   * Forgets states that are stored, those first that were not used since it last came by, until they take at most
   * `mostBytes` or there are no more. Answers how many were forgotten.
   */
  forget(mostBytes: number): number {
    const before = this.#count
    const table = this.#table
    let left = (2 * table.length) / SLOT_WORDS
    while (left > 0 && this.bytes > mostBytes) {
      const slot = this.#hand
      if (table[slot] !== FREE && table[slot + USED] === 0 && this.changesAt(slot) === 0) {
        // Another may move up into its place: the hand stays.
        this.#deleteAt(slot)
        continue
      }
      left--
      table[slot + USED] = 0
      this.#hand = this.#after(slot)
    }
    return before - this.#count
  }

  /** Gives memory back where too much lies between the states, since they had other sizes before. */
  join(): void {
    const waste = this.#slabs.bytes - this.#pieceBytes
    if (waste < Math.max(WASTE_BYTES, this.#pieceBytes / 4)) return
    const slabs = new Slabs()
    const table = this.#table
    for (let slot = 0; slot < table.length; slot += SLOT_WORDS)
      if (table[slot] !== FREE) table[slot] = slabs.copy(this.#slabs, table[slot]!, this.#sizeAt(slot))
    this.#slabs = slabs
  }

  /** The slot of a key, with a piece of that size that has the key in it: the one from before where it is of this size. */
  #slotWithPiece(key: StateKey, size: number): number {
    const slot = this.#slotOf(key)
    if (slot !== NOT_KEPT) {
      if (this.#sizeAt(slot) === size) return slot
      this.#freePiece(slot)
      this.#table[slot] = this.#newPiece(key.text, size)
      return slot
    }
    if (4 * ++this.#count * SLOT_WORDS > 3 * this.#table.length) this.#grow()
    const free = this.#freeSlotFor(key.hash)
    this.#table[free] = this.#newPiece(key.text, size)
    this.#table[free + HASH] = key.hash
    return free
  }

  #newPiece(key: string, size: number): number {
    const address = this.#slabs.allocate(size)
    this.#pieceBytes += bytesOfSize(size)
    const { words, halves } = this.#slabs.slabOf(address)
    const start = offsetInSlab(address)
    words[start / 4] = key.length
    const from = (start + HEADER_BYTES) / 2
    for (let i = 0; i < key.length; i++) halves[from + i] = key.charCodeAt(i)
    return address
  }

  #freePiece(slot: number): void {
    const size = this.#sizeAt(slot)
    this.#slabs.free(this.#table[slot]!, size)
    this.#pieceBytes -= bytesOfSize(size)
  }

  #sizeAt(slot: number): number {
    return this.#table[slot + NOTES]! & SIZE_MASK
  }

  #slotOf({ text, hash }: StateKey): number {
    const table = this.#table
    for (let slot = this.#homeOf(hash); ; slot = this.#after(slot)) {
      const address = table[slot]!
      if (address === FREE) return NOT_KEPT
      if (table[slot + HASH] === hash && this.#isKeyAt(address, text)) return slot
    }
  }

  /** The slot where the search for a hash begins. */
  #homeOf(hash: number): number {
    return (hash << SLOT_BITS) & (this.#table.length - 1)
  }

  #after(slot: number): number {
    return (slot + SLOT_WORDS) & (this.#table.length - 1)
  }

  #isKeyAt(address: number, key: string): boolean {
    const { words, halves } = this.#slabs.slabOf(address)
    const start = offsetInSlab(address)
    if (words[start / 4] !== key.length) return false
    const from = (start + HEADER_BYTES) / 2
    for (let i = 0; i < key.length; i++) if (halves[from + i] !== key.charCodeAt(i)) return false
    return true
  }

  #freeSlotFor(hash: number): number {
    let slot = this.#homeOf(hash)
    while (this.#table[slot] !== FREE) slot = this.#after(slot)
    return slot
  }

  /** Deletes a slot, and moves up those behind it that would not be found across the gap (Knuth's algorithm 6.4R). */
  #deleteAt(slot: number): void {
    this.#freePiece(slot)
    this.#count--
    const table = this.#table
    const mask = table.length - 1
    let gap = slot
    for (let at = this.#after(slot); table[at] !== FREE; at = this.#after(at)) {
      const home = this.#homeOf(table[at + HASH]!)
      // Not when its own place lies behind the gap.
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      for (let word = 0; word < SLOT_WORDS; word++) table[gap + word] = table[at + word]!
      gap = at
    }
    table[gap] = FREE
  }

  #grow(): void {
    const known = this.#table
    this.#table = emptyTable(2 * known.length)
    for (let at = 0; at < known.length; at += SLOT_WORDS)
      if (known[at] !== FREE)
        this.#table.set(known.subarray(at, at + SLOT_WORDS), this.#freeSlotFor(known[at + HASH]!))
  }
}

/** All slots of it are free. */
function emptyTable(words: number): Int32Array {
  return new Int32Array(words).fill(FREE)
}
