import { promisify } from 'node:util'
import zlib from 'node:zlib'
import kafkajs from 'kafkajs'
import { logUnreadable } from './decode-error.ts'

type Decompress = (bytes: Buffer) => Promise<Buffer>

const NAMES: Readonly<Record<number, string>> = { 1: 'gzip', 2: 'snappy', 3: 'lz4', 4: 'zstd' }

/** Node has zstd since 22.15: as a named import its absence would end every older one. */
const BUILT_IN: Readonly<Record<number, Decompress | undefined>> = {
  1: promisify(zlib.unzip),
  4: zlib.zstdDecompress === undefined ? undefined : promisify(zlib.zstdDecompress),
}

/**
 * Takes off the compression of a batch. gzip and zstd are built in; what else is there has been plugged into
 * `CompressionCodecs` of kafkajs, where its users know to put it. Throws LOG_UNREADABLE.
 */
export async function decompress(codec: number, bytes: Buffer): Promise<Buffer> {
  const decode = BUILT_IN[codec] ?? pluggedIn(codec)
  try {
    return await decode(bytes)
  } catch (cause) {
    throw logUnreadable(`A batch compressed by ${NAMES[codec]} cannot be decompressed.`, { cause })
  }
}

function pluggedIn(codec: number): Decompress {
  try {
    const codecs = kafkajs.CompressionCodecs as Readonly<Record<number, () => { decompress: Decompress }>>
    return codecs[codec]!().decompress
  } catch (cause) {
    const name = NAMES[codec] ?? `codec ${codec}`
    throw logUnreadable(
      `A batch is compressed by ${name}, which is not built in. Let its producer use gzip or zstd, or none.`,
      { cause },
    )
  }
}
