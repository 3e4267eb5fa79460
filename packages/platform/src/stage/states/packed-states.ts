import { bytesOfSize, offsetInSlab, Slabs, sizeFor } from './slabs.ts'
import type { StateKey } from './state-key.ts'

/** No state is kept of the key. */
export const NOT_KEPT = -1

/**
 * A state lies in memory as four bytes with the length of the key (UTF-16 units), four with that of the encoding or
 * `ABSENT`, four with the number of changes in the lower three and the size of its piece, then the key and the encoding.
 */
const HEADER_BYTES = 12
const ABSENT = 0xffff_ffff
const MOST_CHANGES = 0xff_ffff
const SIZE_MASK = 0xff

/** So much may lie between states whatever they take. */
const WASTE_BYTES = 1_000_000

const FIRST_SLOTS = 64
/** What a slot takes: address, hash, whether it was used lately. */
const SLOT_BYTES = 9
const NONE = 0xffff_ffff

/**
 * Encoded states by key, outside the heap: there the garbage collector would copy each of them twice, and look at all
 * of them again and again. Those that were not used for a while can be forgotten (the clock algorithm).
 */
export class PackedStates {
  #slabs = new Slabs()
  #count = 0
  #pieceBytes = 0
  /** An open-addressing table: the addresses of states by the hashes of their keys. */
  #addresses = new Uint32Array(FIRST_SLOTS).fill(NONE)
  #hashes = new Int32Array(FIRST_SLOTS)
  #used = new Uint8Array(FIRST_SLOTS)
  #hand = 0

  /** How many states are kept, the absent ones included. */
  get count(): number {
    return this.#count
  }

  /** The memory that they take. */
  get bytes(): number {
    return this.#pieceBytes + this.#addresses.length * SLOT_BYTES
  }

  /** The memory that is set aside for them, what lies between them included. */
  get reservedBytes(): number {
    return this.#slabs.bytes + this.#addresses.length * SLOT_BYTES
  }

  /**
   * The address of the state of a key, which counts as used; or `NOT_KEPT`. It is good until that state is put anew or
   * forgotten, or memory is joined.
   */
  find(key: StateKey): number {
    const slot = this.#slotOf(key)
    if (slot === NOT_KEPT) return NOT_KEPT
    this.#used[slot] = 1
    return this.#addresses[slot]!
  }

  /** The encoding at an address, undefined where it is kept that there is none. It is good as long as the address. */
  at(address: number): Uint8Array | undefined {
    const { bytes, words } = this.#slabs.slabOf(address)
    const start = offsetInSlab(address)
    const length = words[start / 4 + 1]!
    if (length === ABSENT) return undefined
    const from = start + HEADER_BYTES + 2 * words[start / 4]!
    return bytes.subarray(from, from + length)
  }

  /** How often the state at an address was changed since it was stored. */
  changesAt(address: number): number {
    return this.#lastWord(address) >>> 8
  }

  /** Tells that the state at an address is stored. */
  stored(address: number): void {
    this.#slabs.slabOf(address).words[offsetInSlab(address) / 4 + 2]! &= SIZE_MASK
  }

  /** Keeps the encoding of a state, or that there is none; it counts as used. */
  put(key: StateKey, encoding: Uint8Array | undefined, changes: number): void {
    const valueBytes = encoding === undefined ? 0 : encoding.length
    const size = sizeFor(HEADER_BYTES + 2 * key.text.length + valueBytes)
    const address = this.#pieceFor(key, size)
    const { bytes, words } = this.#slabs.slabOf(address)
    const start = offsetInSlab(address)
    words[start / 4 + 1] = encoding === undefined ? ABSENT : valueBytes
    words[start / 4 + 2] = ((Math.min(changes, MOST_CHANGES) << 8) | size) >>> 0
    if (encoding !== undefined) bytes.set(encoding, start + HEADER_BYTES + 2 * key.text.length)
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
    let left = 2 * this.#addresses.length
    while (left > 0 && this.bytes > mostBytes) {
      const slot = this.#hand
      const address = this.#addresses[slot]!
      if (address !== NONE && this.#used[slot] === 0 && this.changesAt(address) === 0) {
        // Another may move up into its place: the hand stays.
        this.#deleteAt(slot)
        continue
      }
      left--
      this.#used[slot] = 0
      this.#hand = (slot + 1) & (this.#addresses.length - 1)
    }
    return before - this.#count
  }

  /** Gives memory back where too much lies between the states, since they had other sizes before. */
  join(): void {
    const waste = this.#slabs.bytes - this.#pieceBytes
    if (waste < Math.max(WASTE_BYTES, this.#pieceBytes / 4)) return
    const slabs = new Slabs()
    for (let slot = 0; slot < this.#addresses.length; slot++) {
      const address = this.#addresses[slot]!
      if (address !== NONE) this.#addresses[slot] = slabs.copy(this.#slabs, address, this.#sizeAt(address))
    }
    this.#slabs = slabs
  }

  /** The piece of a key, with the key in it: the one that it had where that is of this size. */
  #pieceFor(key: StateKey, size: number): number {
    const slot = this.#slotOf(key)
    if (slot === NOT_KEPT) {
      const address = this.#newPiece(key.text, size)
      this.#count++
      if (4 * this.#count > 3 * this.#addresses.length) this.#grow()
      this.#insert(address, key.hash, 1)
      return address
    }
    this.#used[slot] = 1
    const known = this.#addresses[slot]!
    if (this.#sizeAt(known) === size) return known
    this.#freePiece(known)
    const address = this.#newPiece(key.text, size)
    this.#addresses[slot] = address
    return address
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

  #freePiece(address: number): void {
    const size = this.#sizeAt(address)
    this.#slabs.free(address, size)
    this.#pieceBytes -= bytesOfSize(size)
  }

  #sizeAt(address: number): number {
    return this.#lastWord(address) & SIZE_MASK
  }

  #lastWord(address: number): number {
    return this.#slabs.slabOf(address).words[offsetInSlab(address) / 4 + 2]!
  }

  #slotOf({ text, hash }: StateKey): number {
    const mask = this.#addresses.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const address = this.#addresses[slot]!
      if (address === NONE) return NOT_KEPT
      if (this.#hashes[slot] === hash && this.#isKeyAt(address, text)) return slot
    }
  }

  #isKeyAt(address: number, key: string): boolean {
    const { words, halves } = this.#slabs.slabOf(address)
    const start = offsetInSlab(address)
    if (words[start / 4] !== key.length) return false
    const from = (start + HEADER_BYTES) / 2
    for (let i = 0; i < key.length; i++) if (halves[from + i] !== key.charCodeAt(i)) return false
    return true
  }

  #insert(address: number, hash: number, used: number): void {
    const mask = this.#addresses.length - 1
    let slot = hash & mask
    while (this.#addresses[slot] !== NONE) slot = (slot + 1) & mask
    this.#set(slot, address, hash, used)
  }

  #set(slot: number, address: number, hash: number, used: number): void {
    this.#addresses[slot] = address
    this.#hashes[slot] = hash
    this.#used[slot] = used
  }

  /** Deletes a slot, and moves up those behind it that would not be found across the gap (Knuth's algorithm 6.4R). */
  #deleteAt(slot: number): void {
    const address = this.#addresses[slot]!
    this.#freePiece(address)
    this.#count--
    const mask = this.#addresses.length - 1
    let gap = slot
    for (let at = (slot + 1) & mask; this.#addresses[at] !== NONE; at = (at + 1) & mask) {
      const home = this.#hashes[at]! & mask
      // Not when its own place lies behind the gap.
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      this.#set(gap, this.#addresses[at]!, this.#hashes[at]!, this.#used[at]!)
      gap = at
    }
    this.#addresses[gap] = NONE
  }

  #grow(): void {
    const [addresses, hashes, used] = [this.#addresses, this.#hashes, this.#used]
    const slots = 2 * addresses.length
    this.#addresses = new Uint32Array(slots).fill(NONE)
    this.#hashes = new Int32Array(slots)
    this.#used = new Uint8Array(slots)
    for (let i = 0; i < addresses.length; i++)
      if (addresses[i] !== NONE) this.#insert(addresses[i]!, hashes[i]!, used[i]!)
  }
}
