/** Memory outside the heap, as bytes and as numbers of 16 and 32 bits. */
export interface Slab {
  readonly bytes: Uint8Array
  readonly halves: Uint16Array
  readonly words: Uint32Array
}

/** A piece begins at a multiple of so many bytes, and its address counts these. */
const UNIT_BYTES = 16
const SLAB_BYTES = 262_144
const SLAB_UNITS = SLAB_BYTES / UNIT_BYTES
/** An address is at most 31 bits, which need no object and leave the sign for what is none. */
const MOST_SLABS = 2 ** 31 / SLAB_UNITS
/** What is larger has a slab of its own. */
const LARGEST_SHARED = SLAB_BYTES / 8

/** Up to so many units there is a size for each number of them; beyond, eight sizes for each doubling. */
const FINE_UNITS = 16
const FINE_BITS = 4
const STEP_BITS = 3

/**
 * Pieces of memory outside the heap, of sizes that lie at most an eighth apart, so that one that is given back serves
 * another of about its length.
 */
export class Slabs {
  /** Undefined where a slab of its own was given back. */
  readonly #slabs: (Slab | undefined)[] = []
  /** By size, the addresses of pieces that were given back. */
  readonly #free = new Map<number, number[]>()
  /** Places of slabs that were given back. */
  readonly #freePlaces: number[] = []
  /** The slab that pieces are cut from, and where the next one begins (units). */
  #open = -1
  #next = SLAB_UNITS
  #bytes = 0

  /** The memory that all slabs take. */
  get bytes(): number {
    return this.#bytes
  }

  /** Answers the address of a piece of that size. */
  allocate(size: number): number {
    const bytes = bytesOfSize(size)
    if (bytes > LARGEST_SHARED) return this.#addSlab(bytes) * SLAB_UNITS
    const free = this.#free.get(size)
    if (free !== undefined && free.length > 0) return free.pop()!
    const units = bytes / UNIT_BYTES
    if (this.#next + units > SLAB_UNITS) {
      this.#open = this.#addSlab(SLAB_BYTES)
      this.#next = 0
    }
    const address = this.#open * SLAB_UNITS + this.#next
    this.#next += units
    return address
  }

  /** Gives back the piece of that address and size. */
  free(address: number, size: number): void {
    if (bytesOfSize(size) > LARGEST_SHARED) {
      this.#slabs[address / SLAB_UNITS] = undefined
      this.#freePlaces.push(address / SLAB_UNITS)
      this.#bytes -= bytesOfSize(size)
      return
    }
    const free = this.#free.get(size)
    if (free === undefined) this.#free.set(size, [address])
    else free.push(address)
  }

  /** Allocates a piece of that size for what another such piece holds, and answers its address. */
  copy(from: Slabs, address: number, size: number): number {
    const copied = this.allocate(size)
    const start = offsetInSlab(address)
    const bytes = from.slabOf(address).bytes.subarray(start, start + bytesOfSize(size))
    this.slabOf(copied).bytes.set(bytes, offsetInSlab(copied))
    return copied
  }

  /** The slab in which the piece of an address lies. */
  slabOf(address: number): Slab {
    return this.#slabs[Math.floor(address / SLAB_UNITS)]!
  }

  #addSlab(bytes: number): number {
    const buffer = new ArrayBuffer(bytes)
    const place = this.#freePlaces.pop() ?? this.#slabs.length
    if (place >= MOST_SLABS) throw new RangeError('The states of a partition take more than 32 GB.')
    this.#bytes += bytes
    this.#slabs[place] = {
      bytes: new Uint8Array(buffer),
      halves: new Uint16Array(buffer),
      words: new Uint32Array(buffer),
    }
    return place
  }
}

/** Where a piece begins in its slab (bytes). */
export function offsetInSlab(address: number): number {
  return (address % SLAB_UNITS) * UNIT_BYTES
}

/** The number of the smallest size that holds so many bytes (at least one). */
export function sizeFor(bytes: number): number {
  const last = Math.ceil(bytes / UNIT_BYTES) - 1
  if (last < FINE_UNITS) return last
  const step = 31 - Math.clz32(last) - STEP_BITS
  return FINE_UNITS + ((step + STEP_BITS - FINE_BITS) << STEP_BITS) + ((last >>> step) & 7)
}

/** The bytes that a piece of a size has. */
export function bytesOfSize(size: number): number {
  if (size < FINE_UNITS) return (size + 1) * UNIT_BYTES
  const beyond = size - FINE_UNITS
  const step = (beyond >>> STEP_BITS) + FINE_BITS - STEP_BITS
  // A power is a call into the library; beyond 31 bits there is no piece.
  return ((8 + (beyond & 7) + 1) << step) * UNIT_BYTES
}
