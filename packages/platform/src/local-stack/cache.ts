import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { withFileLock } from './file-lock.ts'
import { identify } from './process-identity.ts'

/**
 * The folder `name` of the cache, filled by `fill` when it is not there yet.
 * It appears under its name only when `fill` is through, so a folder that is there is complete.
 */
export async function cachedFolder(
  cacheDir: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheDir, name)
  if (await exists(folder)) return folder
  await mkdir(cacheDir, { recursive: true })
  await withFileLock(`${folder}.lock`, async () => {
    if (await exists(folder)) return
    await removeLeftovers(cacheDir, name)
    await fillAside(folder, fill)
  })
  return folder
}

/** Fills a folder of this process's own and moves it to its name in one step. */
async function fillAside(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const partial = `${folder}.partial-${process.pid}`
  await mkdir(partial)
  try {
    await fill(partial)
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    // Somebody else finished the same folder first.
    if (!(await exists(folder))) throw error
  }
}

/** Removes what processes that are gone had begun to fill. */
async function removeLeftovers(cacheDir: string, name: string): Promise<void> {
  const prefix = `${name}.partial-`
  const leftovers = (await readdir(cacheDir)).filter(
    entry => entry.startsWith(prefix) && identify(Number(entry.slice(prefix.length))) === undefined,
  )
  await Promise.all(leftovers.map(entry => rm(join(cacheDir, entry), { recursive: true, force: true })))
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
