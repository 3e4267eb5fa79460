import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'

/** Splits a double into two of 26 bits each (Veltkamp). */
const SPLITTER = 2 ** 27 + 1

/**
 * A sum of doubles in twice their precision: the rounding errors of the additions are added up beside (Neumaier, "Rundungsfehleranalyse
 * einiger Verfahren zur Summation endlicher Summen", 1974). Its relative error is about 2^-104 of the sum of the
 * magnitudes, so that its value, rounded to a double, does not depend on the order of the additions.
 */
export class ExactSum {
  /** How many bytes a sum takes when it is written. */
  static readonly BYTES = 16

  #high = 0
  #low = 0

  get value(): number {
    const value = this.#high + this.#low
    return Number.isNaN(value) ? this.#high : value
  }

  add(x: number): void {
    const sum = this.#high + x
    this.#low += Math.abs(this.#high) >= Math.abs(x) ? this.#high - sum + x : x - sum + this.#high
    this.#high = sum
  }

  /** Adds x · y without rounding the product (Dekker, "A floating-point technique for extending the available precision", 1971). */
  addProduct(x: number, y: number): void {
    const product = x * y
    const xHigh = highBits(x)
    const yHigh = highBits(y)
    const xLow = x - xHigh
    const yLow = y - yHigh
    const error = xHigh * yHigh - product + xHigh * yLow + xLow * yHigh + xLow * yLow
    this.add(product)
    if (Number.isFinite(error)) this.#low += error
  }

  /** Adds `sum` · `factor`. */
  addScaled(sum: ExactSum, factor = 1): void {
    if (factor === 1) this.add(sum.#high)
    else this.addProduct(sum.#high, factor)
    this.#low += sum.#low * factor
  }

  /** Subtracts the product of two sums. */
  subtractProduct(a: ExactSum, b: ExactSum): void {
    this.addProduct(-a.#high, b.#high)
    this.#low -= a.#high * b.#low + a.#low * b.#high
  }

  /** The quotient of two sums, rounded once: what the first quotient leaves is divided again. */
  dividedBy(divisor: ExactSum): number {
    const quotient = this.value / divisor.value
    if (!Number.isFinite(quotient)) return quotient
    const rest = new ExactSum()
    rest.addScaled(this)
    rest.addScaled(divisor, -quotient)
    return quotient + rest.value / divisor.value
  }

  /** Multiplies by a power of two, which rounds nothing. */
  scale(powerOfTwo: number): void {
    this.#high *= powerOfTwo
    this.#low *= powerOfTwo
  }

  static of(value: number): ExactSum {
    const sum = new ExactSum()
    sum.add(value)
    return sum
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.#high)
    writer.float64(this.#low)
  }

  static decode(reader: ByteReader): ExactSum {
    const sum = new ExactSum()
    sum.#high = reader.float64()
    sum.#low = reader.float64()
    return sum
  }
}

function highBits(x: number): number {
  const shifted = SPLITTER * x
  return shifted - (shifted - x)
}
