import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a finished piece of work is called, and the SHA-256 of its bytes. */
export interface Piece {
  readonly name: string
  readonly sha256: string
  readonly path: string
}

/**
 * Writes a finished piece so that it is there whole or not at all. Its digest is part of its file's name, so the
 * listing of a folder tells what is finished.
 */
export async function writePiece(folder: string, name: string, bytes: Uint8Array): Promise<Piece> {
  const sha256 = digestOf(bytes)
  const path = join(folder, `${name}.${sha256}`)
  await writeFile(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
  return { name, sha256, path }
}

/** The finished pieces in a folder, which is made unless it is there; what was not finished is removed. */
export async function listPieces(folder: string): Promise<ReadonlyMap<string, Piece>> {
  await mkdir(folder, { recursive: true })
  const pieces = new Map<string, Piece>()
  for (const file of await readdir(folder)) {
    const [, name, sha256] = /^(.+)\.([0-9a-f]{64})$/.exec(file) ?? []
    const path = join(folder, file)
    if (name === undefined || sha256 === undefined) await rm(path, { recursive: true })
    else pieces.set(name, { name, sha256, path })
  }
  return pieces
}

/** The bytes of a piece, or undefined when they are not what was written. */
export async function readPiece({ path, sha256 }: Piece): Promise<Uint8Array | undefined> {
  const bytes = await readFile(path)
  return digestOf(bytes) === sha256 ? bytes : undefined
}

export function digestOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
