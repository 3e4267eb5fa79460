import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf } from '../backfill/piece.ts'

/** A file of a training set. */
export interface SetFile {
  readonly path: string
  readonly rows: number
  readonly sha256: string
}

/** Readers of folders of Parquet files pass over names like this one. */
const MANIFEST = '_manifest.json'
const DAY = /^date=\d{4}-\d\d-\d\d$/
const PART = /^part-\d{5}\.parquet$/

/**
 * The folder that a training set is written to. The manifest comes last: a folder without it is not finished. What an
 * earlier set left there goes before the first file is written.
 */
export class SetFolder {
  readonly #folder: string
  readonly #files: SetFile[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The files that were written, in order. */
  get files(): readonly SetFile[] {
    return this.#files
  }

  /** Writes the next file of a day. */
  async add(date: string, rows: number, bytes: Uint8Array): Promise<void> {
    if (this.#files.length === 0) await this.#clear()
    const day = `date=${date}`
    const number = this.#files.filter(({ path }) => path.startsWith(`${day}/`)).length
    const path = `${day}/part-${String(number).padStart(5, '0')}.parquet`
    await mkdir(join(this.#folder, day), { recursive: true })
    await this.#write(path, bytes)
    this.#files.push({ path, rows, sha256: digestOf(bytes) })
  }

  /** Says that the set is complete. */
  async finish(manifest: object): Promise<void> {
    await this.#write(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`)
  }

  /** Flushed, so that a manifest that outlives a crash names files that do. */
  async #write(path: string, content: Uint8Array | string): Promise<void> {
    const unfinished = join(this.#folder, '.unfinished')
    await writeFile(unfinished, content, { flush: true })
    await rename(unfinished, join(this.#folder, path))
  }

  async #clear(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await rm(join(this.#folder, MANIFEST), { force: true })
    for (const day of (await readdir(this.#folder)).filter(name => DAY.test(name))) {
      const folder = join(this.#folder, day)
      const files = await readdir(folder)
      const parts = files.filter(name => PART.test(name))
      for (const name of parts) await rm(join(folder, name))
      if (parts.length > 0 && parts.length === files.length) await rm(folder, { recursive: true })
    }
  }
}
