import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { MillraceError } from '@millrace/core'
import { z } from 'zod'
import { replaceFile } from '../folder/durable-file.ts'
import type { Downloaded } from './download-version.ts'

const entryShape = z.object({
  stamp: z.string(),
  digest: z.string(),
  files: z.record(z.string(), z.string()),
})

/** How many versions are kept, counted by their last use. */
const KEPT_VERSIONS = 8
/** How the names of downloads under way begin. */
const BEGUN = 'partial-'
/** What is older and still under way was left by a process that is gone. */
const LONGEST_DOWNLOAD_MS = 86_400_000

/**
 * Downloaded versions in folders named by the digest of their content. What is found there is compared with its
 * digests before it is used, and downloaded anew when it was damaged.
 */
export class VersionCache {
  readonly #folder: string

  /** The folder is made when something is first kept. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * The folder with the files of a version, which `download` fills where they are not kept yet. `identity` tells the
   * version from all others, of other servers too; another `stamp` says that its files are others than they were.
   */
  async folderOf(
    identity: readonly string[],
    stamp: string,
    download: (folder: string) => Promise<Downloaded>,
  ): Promise<string> {
    return (await this.#kept(identity, stamp)) ?? (await this.#keep(this.#entryOf(identity), stamp, download))
  }

  /** The folder of a version that is kept, whatever its stamp; undefined when it is not. */
  async keptFolder(identity: readonly string[]): Promise<string | undefined> {
    return this.#kept(identity)
  }

  #entryOf(identity: readonly string[]): string {
    return join(this.#folder, 'index', `${digestOf(JSON.stringify(identity))}.json`)
  }

  async #kept(identity: readonly string[], stamp?: string): Promise<string | undefined> {
    const found = entryShape.safeParse(await readJson(this.#entryOf(identity)))
    if (!found.success || (stamp !== undefined && found.data.stamp !== stamp)) return undefined
    const { digest, files } = found.data
    const place = this.#placeOf(digest)
    if (digestOf(linesOf(files)) !== digest || !(await isWhole(place, files))) {
      await rm(place, { recursive: true, force: true })
      return undefined
    }
    const now = new Date()
    await utimes(place, now, now)
    return place
  }

  async #keep(
    entry: string,
    stamp: string,
    download: (folder: string) => Promise<Downloaded>,
  ): Promise<string> {
    const partial = join(this.#folder, 'versions', `${BEGUN}${randomUUID()}`)
    await this.#makeFolder(partial)
    await this.#makeFolder(join(this.#folder, 'index'))
    try {
      const files = await download(partial)
      const digest = digestOf(linesOf(files))
      const place = this.#placeOf(digest)
      await rename(partial, place).catch(error => {
        // The same content, kept by another process or as another version.
        if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error
      })
      await replaceFile(entry, JSON.stringify({ stamp, digest, files }))
      await this.#forgetOldest(digest)
      return place
    } finally {
      await rm(partial, { recursive: true, force: true })
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true }).catch(cause => {
      throw new MillraceError(
        'MODEL_REGISTRY_UNAVAILABLE',
        `Downloaded versions cannot be kept in ${this.#folder} (${cause.message}): name a folder by MODEL_CACHE.`,
        { cause },
      )
    })
  }

  #placeOf(digest: string): string {
    return join(this.#folder, 'versions', digest)
  }

  async #forgetOldest(newest: string): Promise<void> {
    const folder = join(this.#folder, 'versions')
    const names = (await readdir(folder)).filter(name => name !== newest)
    const entries = await Promise.all(
      names.map(async name => ({
        name,
        at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
      })),
    )
    const [begun, whole] = [true, false].map(wanted =>
      entries.filter(({ name }) => name.startsWith(BEGUN) === wanted),
    )
    const forgotten = [
      ...begun!.filter(({ at }) => Date.now() - at > LONGEST_DOWNLOAD_MS),
      ...whole!.toSorted((a, b) => b.at - a.at).slice(KEPT_VERSIONS - 1),
    ]
    await Promise.all(forgotten.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })))
  }
}

async function isWhole(place: string, files: Downloaded): Promise<boolean> {
  const checks = Object.entries(files).map(async ([name, expected]) => {
    const digest = createHash('sha256')
    await pipeline(createReadStream(join(place, name)), digest)
    return digest.digest('hex') === expected
  })
  return (await Promise.all(checks.map(check => check.catch(() => false)))).every(same => same)
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

function linesOf(files: Downloaded): string {
  return Object.keys(files)
    .toSorted()
    .map(name => `${files[name]}  ${name}\n`)
    .join('')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
