import { MillraceError } from '@millrace/core'

/** Texts by their code, for every thread: each is decoded where it is first asked for. */
export interface SharedTexts {
  readonly bytes: Uint8Array
  /** For each code, where its text ends in `bytes`. */
  readonly ends: Uint32Array
}

/** The code of a text that is missing. */
export const NO_TEXT = -1

/** A Map of V8 takes 2^24 entries at the most. */
const MAP_ENTRIES = 16_000_000
/** What 32 bits can tell the place of. */
const MOST_BYTES = 2 ** 32 - 1

/** Gives every text a number, in the order in which texts are first met. */
export class TextCodes {
  readonly #maps: Map<string, number>[] = [new Map()]
  readonly #mapEntries: number
  #size = 0

  constructor(mapEntries = MAP_ENTRIES) {
    this.#mapEntries = mapEntries
  }

  get size(): number {
    return this.#size
  }

  codeOf(text: string): number {
    for (let i = this.#maps.length - 1; i >= 0; i--) {
      const known = this.#maps[i]!.get(text)
      if (known !== undefined) return known
    }
    if (this.#maps.at(-1)!.size === this.#mapEntries) this.#maps.push(new Map())
    this.#maps.at(-1)!.set(text, this.#size)
    return this.#size++
  }

  /** Throws INPUT_INVALID when the texts are too many. */
  share(): SharedTexts {
    const ends = new Uint32Array(new SharedArrayBuffer(this.#size * Uint32Array.BYTES_PER_ELEMENT))
    let length = 0
    for (const [text, code] of this.#entries()) {
      length += Buffer.byteLength(text)
      ends[code] = length
    }
    if (length > MOST_BYTES) {
      throw new MillraceError(
        'INPUT_INVALID',
        'The ids and other texts of the events take more than 4 GB: split the files by entity or by time.',
      )
    }
    const bytes = new Uint8Array(new SharedArrayBuffer(length))
    const buffer = Buffer.from(bytes.buffer)
    for (const [text, code] of this.#entries()) buffer.write(text, startOf(ends, code))
    return { bytes, ends }
  }

  *#entries(): Generator<[string, number], void, undefined> {
    for (const map of this.#maps) yield* map
  }
}

/** Reads shared texts, and finds the codes of texts that are among them. */
export class Texts {
  readonly #buffer: Buffer
  readonly #ends: Uint32Array
  readonly #known = new Map<number, string>()
  readonly #codes = new Map<string, number>()

  constructor({ bytes, ends }: SharedTexts) {
    this.#buffer = Buffer.from(bytes.buffer)
    this.#ends = ends
  }

  at(code: number): string {
    const known = this.#known.get(code)
    if (known !== undefined) return known
    const text = this.decode(code)
    this.#known.set(code, text)
    this.#codes.set(text, code)
    return text
  }

  /** The text of a code, which is not kept: for texts that are asked for once. */
  decode(code: number): string {
    return this.#buffer.toString('utf8', startOf(this.#ends, code), this.#ends[code]!)
  }

  /** What was read before is found at once, anything else by a search through all. */
  codeOf(text: string): number {
    const known = this.#codes.get(text) ?? this.#search(text)
    this.#codes.set(text, known)
    return known
  }

  #search(text: string): number {
    for (let code = 0; code < this.#ends.length; code++) if (this.decode(code) === text) return code
    return NO_TEXT
  }
}

function startOf(ends: Uint32Array, code: number): number {
  return code === 0 ? 0 : ends[code - 1]!
}
