import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './part.ts'

/** Folder for downloads: MILLRACE_CACHE, or `~/.cache/millrace`. */
export function defaultCacheDir(env: Environment): string {
  return env['MILLRACE_CACHE'] || join(homedir(), '.cache', 'millrace')
}
