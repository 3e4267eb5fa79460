import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'

/** The codecs that Parquet files come in besides Snappy, which the reader has itself. */
export const decompressors: Compressors = {
  ZSTD: bytes => zstdDecompressSync(bytes),
  GZIP: bytes => gunzipSync(bytes),
  BROTLI: bytes => brotliDecompressSync(bytes),
}
