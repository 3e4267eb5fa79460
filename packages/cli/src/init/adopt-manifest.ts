import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '@millrace/core'

const SCRIPTS = { dev: 'millrace dev', test: 'node --test', validate: 'millrace validate' }

/**
 * Makes a folder's package.json fit: files are modules, and there are scripts; everything else stays. One that is
 * missing is written. Answers whether it was changed. Throws CONFIG_INVALID when it is no JSON.
 */
export async function adoptManifest(folder: string): Promise<boolean> {
  const file = join(folder, 'package.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const manifest = text === undefined ? { private: true } : parse(text, file)
  const adopted = { ...manifest, type: 'module', scripts: { ...SCRIPTS, ...manifest['scripts'] } }
  const wanted = `${JSON.stringify(adopted, null, 2)}\n`
  if (wanted === text) return false
  await writeFile(file, wanted)
  return true
}

interface Manifest {
  readonly [field: string]: unknown
  readonly scripts?: Readonly<Record<string, string>>
}

function parse(text: string, file: string): Manifest {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MillraceError('CONFIG_INVALID', `${file} is no JSON.`, { cause })
  }
}
