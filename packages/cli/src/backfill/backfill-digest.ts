import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline as pipe } from 'node:stream/promises'
import { MillraceError, type Pipeline } from '@millrace/core'
import type { ViewErasures } from './load-events.ts'
import { digestOf } from './piece.ts'
import type { InputFile } from './read-inputs.ts'
import type { DigestedTopic } from './read-topics.ts'

export interface DigestedFile {
  readonly path: string
  readonly type: string | undefined
  readonly sha256: string
}

/** The digests of the files that are read. Throws INPUT_INVALID for one that cannot be read. */
export async function digestFiles(files: readonly InputFile[]): Promise<readonly DigestedFile[]> {
  const digested: DigestedFile[] = []
  for (const { path, type } of files)
    digested.push({ path, type: type?.name, sha256: await digestFile(path) })
  return digested
}

/** What the pieces of a backfill follow from: those of another definition or of other events are not taken over. */
export function backfillDigest(
  pipeline: Pipeline,
  inputs: readonly (DigestedFile | DigestedTopic)[],
  erasures: ViewErasures,
  settings: Readonly<Record<string, number>>,
): string {
  const contents = inputs.map(({ type, sha256 }) => ({ type, sha256 }))
  const forgotten = Object.entries(erasures).map(([view, times]) => {
    return [view, [...times].toSorted(([a], [b]) => a - b)]
  })
  return digestOf(JSON.stringify({ pipeline, contents, forgotten, settings }, withFunctions))
}

/** What a pipeline computes is part of its functions. */
function withFunctions(_name: string, value: unknown): unknown {
  return typeof value === 'function' ? String(value) : value
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipe(createReadStream(path), hash)
  } catch (cause) {
    throw new MillraceError('INPUT_INVALID', `${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
      details: { path },
    })
  }
  return hash.digest('hex')
}
