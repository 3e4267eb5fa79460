import { promisify } from 'node:util'
import { gunzip, inflate, type ZlibOptions } from 'node:zlib'
import { MillraceError } from '@millrace/core'

type Decode = (body: Buffer, options: ZlibOptions) => Promise<Buffer>

/** In Node's thread pool: a body of 1 MiB takes some milliseconds. `deflate` is zlib's format, as HTTP has it. */
const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', promisify(gunzip) as Decode],
  ['x-gzip', promisify(gunzip) as Decode],
  ['deflate', promisify(inflate) as Decode],
])

/** The encodings of bodies, as a 415 lists them. */
export const BODY_ENCODINGS = 'gzip, deflate, identity'

/** The decoding of an encoding, or undefined when it is not supported. */
export function decoderOf(encoding: string): Decode | undefined {
  return DECODERS.get(encoding.trim().toLowerCase())
}

/**
 * Inflates a body to at most `limit` bytes; a bomb is given up at the limit, not after it. Rejects with
 * REQUEST_TOO_LARGE, or with REQUEST_INVALID for what is not of the encoding, or ends too early.
 */
export async function inflateBody(body: Buffer, decode: Decode, limit: number): Promise<Buffer> {
  try {
    return await decode(body, { maxOutputLength: limit })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new MillraceError(
        'REQUEST_TOO_LARGE',
        `The body is larger than ${limit} bytes when it is inflated.`,
      )
    throw new MillraceError('REQUEST_INVALID', 'The body is not what its Content-Encoding says.')
  }
}
