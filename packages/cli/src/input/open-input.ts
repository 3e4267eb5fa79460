import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MillraceError } from '@millrace/core'
import { readCsv } from './csv.ts'
import { detectFormat } from './format.ts'
import { splitLines } from './lines.ts'
import { readNdjson } from './ndjson.ts'
import type { InputRow } from './row.ts'

/**
 * Reads the rows of a CSV or NDJSON file, plain or gzip, whatever its name. Holds a small part of the file in
 * memory. A piece that is no row comes as `{ unreadable: text }`, and reading goes on behind it. Throws
 * INPUT_INVALID when the file is missing or cannot be read, such as a gzip file that is cut off.
 */
export async function* openInput(path: string): AsyncGenerator<InputRow, void, undefined> {
  try {
    const { isGzip, rows } = await detectFormat(path)
    const lines = openLines(path, isGzip)
    yield* rows === 'csv' ? readCsv(lines) : readNdjson(lines)
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}

/** The lines of a text file, plain or gzip, some at a time. */
export function openLines(path: string, isGzip: boolean): AsyncIterable<string[]> {
  return splitLines(withoutByteOrderMark(openText(path, isGzip)))
}

/** An error of a file as INPUT_INVALID, which names the file. */
export function unreadableFile(path: string, cause: unknown): MillraceError {
  if (cause instanceof MillraceError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new MillraceError('INPUT_INVALID', `${path} cannot be read: ${reason}`, {
    cause,
    details: { path },
  })
}

function openText(path: string, isGzip: boolean): Readable {
  const file = createReadStream(path)
  // A failure of the file comes out of the stream behind it, so nothing is left to do at the end.
  const bytes = isGzip ? pipeline(file, createGunzip(), () => {}) : file
  return bytes.setEncoding('utf8')
}

async function* withoutByteOrderMark(chunks: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let isFirst = true
  for await (const chunk of chunks) {
    yield isFirst ? chunk.replace(/^\ufeff/, '') : chunk
    isFirst = false
  }
}
