import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const TEMPLATE = fileURLToPath(new URL('../template/', import.meta.url))
const INSTALLED = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** An empty folder that is gone when the test is over. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-project-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** A copy of the template in a place where its imports are found. */
export async function templateProject(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t)
  await symlink(INSTALLED, join(folder, 'node_modules'))
  await cp(TEMPLATE, folder, { recursive: true })
  return folder
}
