import { open } from 'node:fs/promises'
import { constants, gunzipSync } from 'node:zlib'
import { MillraceError } from '@millrace/core'

export interface InputFormat {
  readonly isGzip: boolean
  readonly rows: 'csv' | 'ndjson'
}

const HEAD_BYTES = 65_536

/** Tells the format of a file by how it begins, and CSV from NDJSON by its name where that does not tell. */
export async function detectFormat(path: string): Promise<InputFormat> {
  const head = await readHead(path)
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  const text = (isGzip ? gunzipHead(head) : head).toString('utf8').replace(/^\ufeff/, '')
  return { isGzip, rows: detectRows(text.trimStart(), path) }
}

function detectRows(text: string, path: string): 'csv' | 'ndjson' {
  if (text.startsWith('[')) {
    throw new MillraceError(
      'INPUT_INVALID',
      `${path} is one JSON array; write one JSON object a line instead.`,
    )
  }
  return text.startsWith('{') || /\.(ndjson|jsonl)(\.gz)?$/i.test(path) ? 'ndjson' : 'csv'
}

async function readHead(path: string): Promise<Buffer> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_BYTES) })
  return buffer.subarray(0, bytesRead)
}

/** The head of a compressed file ends in the middle of it: what there is of it will do. */
function gunzipHead(head: Buffer): Buffer {
  return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
}
