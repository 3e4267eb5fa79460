import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cachedFolder } from '../../packages/platform/src/local-stack/cache.ts'
import { defaultCacheDir } from '../../packages/platform/src/local-stack/cache-dir.ts'

const run = promisify(execFile)

/** The Python of an environment with the packages of a list, made once for each list and kept in the cache folder. */
export async function pythonWith(name: string, requirements: string): Promise<string> {
  const digest = hash('sha256', await readFile(requirements)).slice(0, 12)
  const folder = await cachedFolder(defaultCacheDir(process.env), `${name}-${digest}`, async folder => {
    await run('python3', ['-m', 'venv', folder])
    const install = ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]
    await run(join(folder, 'bin/python'), install, { maxBuffer: 2 ** 26 })
  })
  return join(folder, 'bin/python')
}
