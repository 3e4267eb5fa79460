import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { MillraceError } from '@millrace/core'
import { tooLarge } from './frames.ts'

type Inflate = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const INFLATERS: Readonly<Record<string, Inflate>> = {
  gzip: promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(inflate),
}

/** What messages may be compressed with, as the header `grpc-accept-encoding` has it. */
export const MESSAGE_ENCODINGS = ['identity', ...Object.keys(INFLATERS)].join(',')

/** Whether messages of the encoding can be read. */
export function isMessageEncoding(encoding: string): boolean {
  return encoding === 'identity' || Object.hasOwn(INFLATERS, encoding)
}

/** Inflates a message. Throws REQUEST_INVALID, and REQUEST_TOO_LARGE before more than `maxBytes` were made of it. */
export async function inflateMessage(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const inflate = INFLATERS[encoding]
  if (inflate === undefined) {
    throw new MillraceError('REQUEST_INVALID', 'The message is compressed, and no grpc-encoding says how.')
  }
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new MillraceError('REQUEST_INVALID', `The message is not compressed by ${encoding}.`, {
      cause: error,
    })
  }
}
