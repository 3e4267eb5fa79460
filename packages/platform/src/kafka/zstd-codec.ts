import { promisify } from 'node:util'
import zlib from 'node:zlib'
import kafkajs from 'kafkajs'

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>
  decompress(bytes: Buffer): Promise<Buffer>
}

/**
 * Lets kafkajs' own producers and consumers write and read zstd, which it leaves to its users, unless one has plugged in
 * a codec of his. Node has zstd since 22.15.
 */
export function plugInZstd(): void {
  const codecs = kafkajs.CompressionCodecs as Record<number, () => Codec>
  const type = kafkajs.CompressionTypes.ZSTD
  if (zlib.zstdCompress === undefined || isPluggedIn(codecs[type]!)) return
  const [compress, decompress] = [promisify(zlib.zstdCompress), promisify(zlib.zstdDecompress)]
  codecs[type] = () => ({ compress: ({ buffer }) => compress(buffer), decompress })
}

function isPluggedIn(codec: () => Codec): boolean {
  try {
    codec()
    return true
  } catch {
    return false
  }
}
