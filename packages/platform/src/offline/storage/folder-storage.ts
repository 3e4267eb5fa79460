import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { MillraceError } from '@millrace/core'
import type { Storage, StoredObject } from './storage.ts'

/** What is being written stands beside its place under a name that ends so, and is never listed. */
const UNFINISHED = '.unfinished'

/** A folder of this machine as storage; it is made when something is first written. */
export class FolderStorage implements Storage {
  readonly place: string

  constructor(folder: string) {
    this.place = folder
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    return this.#attempt(async () => {
      const below = prefix.slice(0, prefix.lastIndexOf('/') + 1)
      const entries = await readdir(join(this.place, below), { recursive: true, withFileTypes: true })
      const names = entries
        .filter(entry => entry.isFile() && !entry.name.endsWith(UNFINISHED))
        .map(entry => this.#nameOf(join(entry.parentPath, entry.name)))
        .filter(name => name.startsWith(prefix))
      return Promise.all(names.sort(byCodeUnit).map(name => this.#describe(name)))
    }, [])
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return this.#attempt(() => readFile(join(this.place, name)), undefined)
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.place, name)
    const unfinished = `${path}.${randomUUID()}${UNFINISHED}`
    await this.#attempt(async () => {
      await mkdir(dirname(path), { recursive: true })
      try {
        await writeThrough(unfinished, bytes)
        await rename(unfinished, path)
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    })
  }

  #nameOf(path: string): string {
    return relative(this.place, path).split(sep).join('/')
  }

  async #describe(name: string): Promise<StoredObject> {
    const { size } = await stat(join(this.place, name))
    return { name, size }
  }

  /** Answers `absent`, where one is given, when a file or folder is missing. */
  async #attempt<T>(action: () => Promise<T>, ...absent: [T] | []): Promise<T> {
    try {
      return await action()
    } catch (cause) {
      if (absent.length > 0 && isMissing(cause)) return absent[0] as T
      throw new MillraceError(
        'STORAGE_UNAVAILABLE',
        `The folder ${this.place} cannot be used (${(cause as Error).message}): look after its rights and the space left.`,
        { cause },
      )
    }
  }
}

/** On the disk when it returns, so that a rename never shows a file whose bytes a power cut may still take. */
async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file: FileHandle = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : 1
}
