import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'

const RETRY_MS = 200

/**
 * Runs `work` while this process holds the lock file `path`; waits for a holder that lives.
 * The lock of a dead process is taken over. Two waiters that find it at the same moment could both
 * get in, so the lock saves double work, but `work` must stay correct when it is done twice.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(path))) await delay(RETRY_MS)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function tryLock(path: string): Promise<boolean> {
  if (await createWhole(path, JSON.stringify(identify(process.pid)))) return true
  const holder = await readHolder(path)
  if (holder !== undefined && !isAlive(holder)) await rm(path, { force: true })
  return false
}

/** Creates a file that is never seen half-written; false when it is there already. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, content)
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** The process that wrote the lock; undefined when it has just been let go. */
async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
