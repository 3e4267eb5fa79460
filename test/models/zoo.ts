import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pythonWith } from '../harness/python-environment.ts'

/** A Python environment of `requirements`. Those of large libraries are apart, so that the common one is quick to make. */
export type ZooEnvironment = 'common' | 'pytorch' | 'tensorflow' | 'spark'

export interface Zoo extends AsyncDisposable {
  /** Folders of the models, by their names. */
  readonly models: Readonly<Record<string, string>>
}

/** Trains and exports the models of some libraries. */
export async function makeZoo(environment: ZooEnvironment, libraries: readonly string[]): Promise<Zoo> {
  const requirements = join(import.meta.dirname, 'requirements', `${environment}.txt`)
  const python = await pythonWith(`models-${environment}`, requirements)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-models-'))
  await promisify(execFile)(python, ['-m', 'zoo', folder, ...libraries], {
    cwd: import.meta.dirname,
    env: { ...process.env, PYTHONHASHSEED: '0' },
    maxBuffer: 2 ** 26,
  })
  const names = (await readdir(folder)).sort()
  return {
    models: Object.fromEntries(names.map(name => [name, join(folder, name)])),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
