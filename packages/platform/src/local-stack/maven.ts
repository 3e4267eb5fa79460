import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { cachedFolder } from './cache.ts'
import { partMissing } from './errors.ts'
import { requireJava } from './java.ts'
import type { InstallContext, PartName } from './part.ts'
import { lastLines, runCommand } from './run-command.ts'
import { findOnPath } from './which.ts'

const REMEDY = 'Install it (Debian or Ubuntu: apt-get install maven; macOS: brew install maven).'

/**
 * The folder with what `deploy/local/<part>/pom.xml` names, from the cache or from Maven Central.
 * `unpack` makes a fresh download usable, before it counts as complete.
 */
export async function mavenFolder(
  part: PartName,
  context: InstallContext,
  unpack: (folder: string) => Promise<void> = async () => {},
): Promise<string> {
  const pom = fileURLToPath(new URL(`../../../../deploy/local/${part}/pom.xml`, import.meta.url))
  const digest = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 12)
  return cachedFolder(context.cacheDir, `${part}-${digest}`, async folder => {
    await download(part, pom, folder, context)
    await unpack(folder)
  })
}

async function download(part: PartName, pom: string, folder: string, context: InstallContext): Promise<void> {
  await requireJava(part, context.env)
  const maven = await findOnPath(['mvn'], context.env)
  if (maven === undefined) throw partMissing(part, 'Maven (mvn) is not on the PATH', REMEDY)
  context.report('downloading', 'from Maven Central')
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`]
  try {
    await runCommand(maven, ['-B', '-q', '-f', pom, ...goal], { env: context.env })
  } catch (error) {
    throw partMissing(part, 'Maven could not download it', downloadRemedy(error), error)
  }
}

/** Maven's own words, which name the host and the file that it did not get. */
function downloadRemedy(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
  const words = lastLines(`${stdout}${stderr}`, 5)
  return `Check the network and Maven's settings.xml (mirror, proxy), then try again.\n${words}`
}
