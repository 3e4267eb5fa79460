import { readFile } from 'node:fs/promises'
import { inflateRawSync } from 'node:zlib'

const END_SIGNATURE = 0x06054b50
const END_SIZE = 22
const ENTRY_SIZE = 46
const LOCAL_SIZE = 30
const STORED = 0

/**
 * The content of one entry of a zip archive; undefined when the archive has no entry of that name.
 * Reads the whole archive into memory; no encryption, no zip64, no archive comment.
 */
export async function readZipEntry(archive: string, name: string): Promise<Buffer | undefined> {
  const zip = await readFile(archive)
  const end = zip.length - END_SIZE
  if (end < 0 || zip.readUInt32LE(end) !== END_SIGNATURE) throw new Error(`${archive} is no zip archive`)
  const entryCount = zip.readUInt16LE(end + 10)
  let position = zip.readUInt32LE(end + 16)
  for (let i = 0; i < entryCount; i++) {
    const nameEnd = position + ENTRY_SIZE + zip.readUInt16LE(position + 28)
    if (zip.toString('utf8', position + ENTRY_SIZE, nameEnd) === name) return contentOf(zip, position)
    position = nameEnd + zip.readUInt16LE(position + 30) + zip.readUInt16LE(position + 32)
  }
  return undefined
}

function contentOf(zip: Buffer, entry: number): Buffer {
  const method = zip.readUInt16LE(entry + 10)
  const size = zip.readUInt32LE(entry + 20)
  const local = zip.readUInt32LE(entry + 42)
  // The local header has lengths of its own: its extra field may differ from the directory's.
  const start = local + LOCAL_SIZE + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const content = zip.subarray(start, start + size)
  return method === STORED ? content : inflateRawSync(content)
}
