/** Texts by their code, for every thread: each is decoded where it is first asked for. */
export interface SharedTexts {
  readonly bytes: Uint8Array
  /** For each code, where its text ends in `bytes`. */
  readonly ends: Uint32Array
}

/** The code of a text that is missing. */
export const NO_TEXT = -1

/** Gives every text a number, in the order in which texts are first met. */
export class TextCodes {
  readonly #codes = new Map<string, number>()

  get size(): number {
    return this.#codes.size
  }

  codeOf(text: string): number {
    const known = this.#codes.get(text)
    if (known !== undefined) return known
    const code = this.#codes.size
    this.#codes.set(text, code)
    return code
  }

  share(): SharedTexts {
    const ends = new Uint32Array(new SharedArrayBuffer(this.size * Uint32Array.BYTES_PER_ELEMENT))
    let length = 0
    for (const [text, code] of this.#codes) {
      length += Buffer.byteLength(text)
      ends[code] = length
    }
    const bytes = new Uint8Array(new SharedArrayBuffer(length))
    const buffer = Buffer.from(bytes.buffer)
    for (const [text, code] of this.#codes) buffer.write(text, code === 0 ? 0 : ends[code - 1]!)
    return { bytes, ends }
  }
}

/** Reads shared texts, and finds the codes of texts that are among them. */
export class Texts {
  readonly #buffer: Buffer
  readonly #ends: Uint32Array
  readonly #known: (string | undefined)[]
  #codes: Map<string, number> | undefined

  constructor({ bytes, ends }: SharedTexts) {
    this.#buffer = Buffer.from(bytes.buffer)
    this.#ends = ends
    this.#known = new Array(ends.length)
  }

  get size(): number {
    return this.#ends.length
  }

  at(code: number): string {
    this.#known[code] ??= this.decode(code)
    return this.#known[code]
  }

  /** The text of a code, which is not kept: for texts that are asked for once. */
  decode(code: number): string {
    return this.#buffer.toString('utf8', code === 0 ? 0 : this.#ends[code - 1]!, this.#ends[code]!)
  }

  codeOf(text: string): number {
    this.#codes ??= new Map(Array.from({ length: this.size }, (_, code) => [this.at(code), code]))
    return this.#codes.get(text) ?? NO_TEXT
  }
}
