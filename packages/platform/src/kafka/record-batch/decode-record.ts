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

/** A record in the bytes of its batch. Few stages look at key and headers, so they are read when they are asked for. */
export class BatchRecord implements LogRecord {
  readonly offset: number
  readonly timestamp: number
  readonly value: Buffer | null
  readonly #bytes: Buffer
  readonly #keyAt: number

  constructor(offset: number, timestamp: number, value: Buffer | null, bytes: Buffer, keyAt: number) {
    this.offset = offset
    this.timestamp = timestamp
    this.value = value
    this.#bytes = bytes
    this.#keyAt = keyAt
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
