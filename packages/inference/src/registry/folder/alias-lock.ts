import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import { ALIASES_FILE } from './aliases-file.ts'

const RETRY_MS = 50
const ATTEMPTS = 100

/**
 * Runs `work` while nobody else changes the aliases of a folder, on this machine or on another one that shares it. A
 * lock that stays is not broken: who holds it may be slow, and two at once would lose a change. Fails with
 * MODEL_REGISTRY_UNAVAILABLE, which names it, after five seconds.
 */
export async function withAliasLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, `${ALIASES_FILE}.lock`)
  for (let attempt = 1; !(await take(lock)); attempt++) {
    if (attempt === ATTEMPTS) throw held(lock)
    await delay(RETRY_MS)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, `${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    throw new MillraceError('MODEL_REGISTRY_UNAVAILABLE', `The aliases cannot be changed: ${message}`, {
      cause: error,
    })
  }
}

function held(lock: string): MillraceError {
  return new MillraceError(
    'MODEL_REGISTRY_UNAVAILABLE',
    `Somebody else is changing the aliases: try again. If nobody is, a command was cut off: remove ${lock}.`,
  )
}
