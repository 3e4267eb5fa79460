/** Room for an answer about a hundred entities. */
const FIRST_ROOM = 65_536
/** What a double, or a whole number, takes at most. */
const NUMBER_ROOM = 32
const NINE_DIGITS = 1e9
const ZERO = 0x30
const MINUS = 0x2d

/**
 * Writes JSON straight into bytes. An answer about many entities is put together from thousands of pieces that mostly
 * never change: as texts each would be an object, and the whole would be written twice more on its way to the socket.
 */
export class JsonBytes {
  #bytes = Buffer.allocUnsafeSlow(FIRST_ROOM)
  #length = 0

  /** How many bytes are written. */
  get length(): number {
    return this.#length
  }

  /** Forgets what was written. */
  begin(): void {
    this.#length = 0
  }

  /** Appends the UTF-8 bytes of a text that was prepared once. */
  bytes(prepared: Uint8Array): void {
    this.#reserve(prepared.length)
    this.#bytes.set(prepared, this.#length)
    this.#length += prepared.length
  }

  /** Appends once more what was written from `start` to before `end`. */
  repeat(start: number, end: number): void {
    this.#reserve(end - start)
    this.#bytes.copyWithin(this.#length, start, end)
    this.#length += end - start
  }

  /** Appends a text as it is, which must be ASCII. */
  ascii(text: string): void {
    this.#reserve(text.length)
    this.#length += this.#bytes.write(text, this.#length, 'latin1')
  }

  /** Appends a text as it is. */
  text(text: string): void {
    // A UTF-16 unit takes three bytes at the most.
    this.#reserve(text.length * 3)
    this.#length += this.#bytes.write(text, this.#length, 'utf8')
  }

  /** Appends a number as JSON has it: null where it is not finite. */
  number(value: number): void {
    if (Number.isSafeInteger(value)) this.whole(value)
    else this.ascii(Number.isFinite(value) ? String(value) : 'null')
  }

  /** Appends a safe integer. */
  whole(value: number): void {
    this.#reserve(NUMBER_ROOM)
    if (value < 0) this.#bytes[this.#length++] = MINUS
    const magnitude = Math.abs(value)
    if (magnitude < NINE_DIGITS) this.#digits(magnitude, digitsOf(magnitude))
    else {
      const high = Math.floor(magnitude / NINE_DIGITS)
      this.#digits(high, digitsOf(high))
      this.#digits(magnitude - high * NINE_DIGITS, 9)
    }
  }

  /** A copy of what was written. */
  finish(): Buffer {
    const answer = Buffer.allocUnsafeSlow(this.#length)
    this.#bytes.copy(answer, 0, 0, this.#length)
    return answer
  }

  #digits(value: number, count: number): void {
    let rest = value
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const tenth = (rest / 10) | 0
      this.#bytes[at] = ZERO + rest - tenth * 10
      rest = tenth
    }
    this.#length += count
  }

  #reserve(extra: number): void {
    const wanted = this.#length + extra
    if (wanted <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, wanted))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

function digitsOf(value: number): number {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  return count
}
