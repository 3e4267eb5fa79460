import { type FileHandle, open } from 'node:fs/promises'

/** Bytes of which parts can be read: a file, an object of a store, or memory. */
export interface ByteSource {
  readonly byteLength: number
  /** The bytes from `start` up to `end`, or up to the end of all. */
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer
}

/** A file as a source of bytes. Its owner closes it. */
export interface FileSource extends ByteSource, AsyncDisposable {}

/** Opens a file for reading parts of it. */
export async function openFileSource(path: string): Promise<FileSource> {
  const file = await open(path)
  const { size } = await file.stat()
  return {
    byteLength: size,
    slice: (start, end = size) => readPart(file, start, Math.min(end, size)),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.byteLength,
    slice: (start, end) => new Uint8Array(bytes.subarray(start, end)).buffer,
  }
}

async function readPart(file: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.buffer.slice(0, filled)
}
