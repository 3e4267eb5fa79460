import type { ByteReader } from '../codec/byte-reader.ts'
import { type ByteWriter, VARINT_BYTES } from '../codec/byte-writer.ts'
import { Bins } from './dd-bins.ts'

/** How far a quantile may be off, as a share of its value. */
export const RELATIVE_ERROR = 0.01

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
const LOG_GAMMA = Math.log(GAMMA)
/** Bins of one sign: enough for magnitudes that differ by a factor of 10^17. */
const MAX_BINS = 2_048

/**
 * Counts values in bins whose bounds grow by a constant factor, so that each is known to 1 % of itself (Masson, Rim
 * and Lee, "DDSketch: a fast and fully-mergeable quantile sketch", 2019). Beyond the most bins, the values nearest to
 * zero are put together.
 */
export class DDSketch {
  /** The most bytes that a sketch takes when it is written: for every bin its index and its count. */
  static readonly MAX_BYTES = 3 * VARINT_BYTES + 2 * MAX_BINS * 2 * VARINT_BYTES

  readonly #positive: Bins
  readonly #negative: Bins
  #zeros: number

  constructor(positive = new Bins(MAX_BINS), negative = new Bins(MAX_BINS), zeros = 0) {
    this.#positive = positive
    this.#negative = negative
    this.#zeros = zeros
  }

  get count(): number {
    return this.#zeros + this.#positive.total + this.#negative.total
  }

  add(value: number): void {
    if (value === 0) this.#zeros++
    else if (value > 0) this.#positive.add(indexOf(value), 1)
    else this.#negative.add(indexOf(-value), 1)
  }

  merge(other: DDSketch): void {
    this.#zeros += other.#zeros
    this.#positive.merge(other.#positive)
    this.#negative.merge(other.#negative)
  }

  /** The value at a rank, 0 being that of the smallest, within 1 % of itself. */
  valueAt(rank: number): number {
    const negatives = this.#negative.total
    if (rank < negatives) return -middleOf(this.#negative.indexAt(rank, 'highest'))
    const fromZero = rank - negatives - this.#zeros
    return fromZero < 0 ? 0 : middleOf(this.#positive.indexAt(fromZero, 'lowest'))
  }

  encode(writer: ByteWriter): void {
    writer.varint(this.#zeros)
    this.#positive.encode(writer)
    this.#negative.encode(writer)
  }

  static decode(reader: ByteReader): DDSketch {
    const zeros = reader.varint()
    const positive = Bins.decode(reader, MAX_BINS)
    return new DDSketch(positive, Bins.decode(reader, MAX_BINS), zeros)
  }
}

/** Bin i holds the magnitudes above γ^(i − 1), up to γ^i. */
function indexOf(magnitude: number): number {
  return Math.ceil(Math.log(magnitude) / LOG_GAMMA)
}

/** The value whose relative distance to both ends of a bin is the same. */
function middleOf(index: number): number {
  return (2 * GAMMA ** index) / (GAMMA + 1)
}
