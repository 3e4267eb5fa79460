import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment } from './deployment.ts'

let copies = 0

/**
 * Copies the files of a Redis at work, as docs/operations/backup.md tells to; answers the folder of the copy. It goes
 * with the stack.
 */
export async function backUpRedis({ redis, stack }: Deployment): Promise<string> {
  const copy = join(stack.dataDir, `redis-backup-${++copies}`)
  // A rewrite begins new files and removes those that are being copied.
  await redis.config('SET', 'auto-aof-rewrite-percentage', '0')
  await stack.parts.redis.copyData(copy)
  await redis.config('SET', 'auto-aof-rewrite-percentage', '100')
  return copy
}

/** Ends Redis, puts a backup in the place of its files, and starts it again. */
export async function restoreRedis({ stack }: Deployment, copy: string): Promise<void> {
  await stack.parts.redis.kill()
  await stack.parts.redis.replaceData(copy)
  await stack.parts.redis.restart()
  await rm(copy, { recursive: true })
}
