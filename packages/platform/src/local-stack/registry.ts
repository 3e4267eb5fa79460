import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { partMissing } from './errors.ts'
import { requireJava } from './java.ts'
import { mavenFolder } from './maven.ts'
import type { InstallContext, Launch, PartDefinition } from './part.ts'
import { registryAnswers } from './probe.ts'
import { runCommand } from './run-command.ts'

/** The first compiler alone starts the registry in 2.3 s instead of 3.4 s (2 cores, Java 17). */
const JAVA_OPTIONS = ['-Xmx384m', '-XX:TieredStopAtLevel=1']

/** Apicurio Registry 2.5.11.Final, in memory; its address is that of its Confluent API. */
export const registry: PartDefinition = {
  name: 'registry',
  givenBy: 'SCHEMA_REGISTRY_URL',
  portCount: 1,
  container: {
    image: 'apicurio/apicurio-registry-mem:2.5.11.Final',
    port: 8080,
    envFor: () => ({ JAVA_TOOL_OPTIONS: JAVA_OPTIONS.join(' ') }),
    command: [],
  },
  install: installRegistry,
  addressOf: port => `http://127.0.0.1:${port}/apis/ccompat/v7`,
  answers: registryAnswers,
}

async function installRegistry(context: InstallContext): Promise<Launch> {
  const java = await requireJava('registry', context.env)
  const folder = await mavenFolder('registry', context, into => unpackArchive(into, context))
  const jar = await findFile(folder, '-runner.jar')
  return async ({ ports: [port] }) => {
    const address = ['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`]
    return { program: java, args: [...JAVA_OPTIONS, ...address, '-jar', jar] }
  }
}

async function unpackArchive(folder: string, { env }: InstallContext): Promise<void> {
  const archive = await findFile(folder, '.tar.gz')
  await runCommand('tar', ['-xzf', archive, '-C', folder], { env })
  await rm(archive)
}

async function findFile(folder: string, ending: string): Promise<string> {
  const file = (await readdir(folder)).find(name => name.endsWith(ending))
  if (file === undefined) {
    throw partMissing('registry', `${folder} holds no *${ending}`, 'Remove that folder and try again.')
  }
  return join(folder, file)
}
