import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '@millrace/core'
import { syncFolder, writeThrough } from './durable-file.ts'

/**
 * Writes a version into a model's folder. It appears under its number in one step, and only when all of it is on the
 * disk. Throws MODEL_INVALID when the number is taken.
 */
export async function publishVersion(
  folder: string,
  version: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const place = join(folder, version)
  const partial = join(folder, `${version}.partial-${randomUUID()}`)
  await mkdir(partial, { recursive: true })
  try {
    await Promise.all(
      Object.entries(files).map(([name, content]) => writeThrough(join(partial, name), content)),
    )
    await syncFolder(partial)
    if (await isThere(place)) throw taken(place)
    await rename(partial, place).catch(cause => {
      throw ['ENOTEMPTY', 'EEXIST'].includes(cause.code) ? taken(place) : cause
    })
    await syncFolder(folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

function taken(place: string): MillraceError {
  return new MillraceError(
    'MODEL_INVALID',
    `The version ${place} is there already: a version is never changed. Take the next number.`,
  )
}
