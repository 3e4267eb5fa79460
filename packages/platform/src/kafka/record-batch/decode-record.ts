import { ByteCursor } from './decode-cursor.ts'

/** Values by header name: null where a header has none, several of one name as a list. */
export type RecordHeaders = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>

type HeaderValue = Buffer | null

/** A record as it stands in the log. Key, value and headers are parts of the response that brought it. */
export interface LogRecord {
  readonly offset: number
  /** When it was created, or appended, as its topic has it (epoch ms). */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RecordHeaders
}

/**
 * A record in the bytes of its batch. Key, value and headers are read each time that they are asked for: few stages look
 * at the others, and thousands of records wait for their turn, of which the garbage collector copies every object.
 */
export class BatchRecord implements LogRecord {
  readonly offset: number
  readonly timestamp: number
  readonly #bytes: Buffer
  readonly #keyAt: number
  readonly #valueAt: number
  /** Negative where there is none. */
  readonly #valueLength: number

  constructor(
    offset: number,
    timestamp: number,
    bytes: Buffer,
    places: { readonly keyAt: number; readonly valueAt: number; readonly valueLength: number },
  ) {
    this.offset = offset
    this.timestamp = timestamp
    this.#bytes = bytes
    this.#keyAt = places.keyAt
    this.#valueAt = places.valueAt
    this.#valueLength = places.valueLength
  }

  get value(): Buffer | null {
    if (this.#valueLength < 0) return null
    return this.#bytes.subarray(this.#valueAt, this.#valueAt + this.#valueLength)
  }

  get key(): Buffer | null {
    return new ByteCursor(this.#bytes, this.#keyAt).varintBytes()
  }

  get headers(): RecordHeaders {
    const cursor = new ByteCursor(this.#bytes, this.#keyAt)
    cursor.varintBytes()
    cursor.varintBytes()
    return decodeHeaders(cursor)
  }
}

function decodeHeaders(cursor: ByteCursor): RecordHeaders {
  const headers = new Map<string, HeaderValue | HeaderValue[]>()
  for (let left = cursor.varint(); left > 0; left--) {
    const name = String(cursor.varintBytes())
    const value = cursor.varintBytes()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(headers)
}
