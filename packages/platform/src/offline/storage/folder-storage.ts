import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { MillraceError } from '@millrace/core'
import type { Storage, StoredFile } from './storage.ts'

/** What is being written has a name that begins with a dot, and is not listed. */
const UNFINISHED = '.part-'

/** Files below a folder. */
export class FolderStorage implements Storage {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  async list(prefix: string): Promise<readonly StoredFile[]> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true }).catch(noneWhenMissing)
    const names = entries
      .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
      .map(entry => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter(name => name.startsWith(prefix))
      .sort()
    return Promise.all(names.map(async name => ({ name, size: (await stat(join(this.#root, name))).size })))
  }

  async read(name: string): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#root, name))
    } catch (cause) {
      throw new MillraceError('INPUT_INVALID', `${name} cannot be read: ${(cause as Error).message}.`, {
        cause,
      })
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.#root, name)
    const unfinished = join(dirname(path), `${UNFINISHED}${process.pid}-${name.split('/').at(-1)}`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(unfinished, bytes, { flush: true })
    await rename(unfinished, path)
  }
}

function noneWhenMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
