import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Pipeline, topicPlan } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { readOptions, readText } from '../options.ts'
import { defaultPipelineFile, schemaFolder } from '../paths.ts'

/** `millrace schemas`: writes the schema of every topic, or checks that what is there is up to date. Answers the exit code. */
export async function schemas(args: readonly string[]): Promise<number> {
  const given = readOptions(args, { pipeline: { type: 'string' }, check: { type: 'boolean' } })
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  const folder = schemaFolder(pipeline.name)
  const files = schemaFiles(pipeline)
  const stale = await findStale(folder, files)
  if (given['check'] !== true) {
    await writeFiles(folder, files, stale)
    console.log(`${files.size} schemas in ${folder}, ${stale.length} changed.`)
    return 0
  }
  for (const name of stale) console.error(`${join(folder, name)} is stale: run "millrace schemas".`)
  return stale.length === 0 ? 0 : 1
}

/** The content of each schema file of a pipeline, by name: one for each topic whose values follow a schema. */
export function schemaFiles(pipeline: Pipeline): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const { name, format } of topicPlan(pipeline, { raw: 1, stage: 1 })) {
    if (format.kind === 'original') continue
    const extension = format.kind === 'avro' ? 'avsc' : 'schema.json'
    files.set(`${name}.${extension}`, `${JSON.stringify(format.schema, null, 2)}\n`)
  }
  return files
}

/** Names of files that are missing, have another content, or belong to no topic. */
export async function findStale(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const present = await readdir(folder).catch((): string[] => [])
  const known = await Promise.all(
    [...files].map(async ([name, content]) => {
      const current = present.includes(name) ? await readFile(join(folder, name), 'utf8') : undefined
      return current === content ? [] : [name]
    }),
  )
  return [...known.flat(), ...present.filter(name => !files.has(name))].toSorted()
}

async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  names: readonly string[],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of names) {
    const content = files.get(name)
    if (content === undefined) await rm(join(folder, name))
    else await writeFile(join(folder, name), content)
  }
}
