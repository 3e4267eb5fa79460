import { resolve } from 'node:path'
import { adoptManifest } from '../init/adopt-manifest.ts'
import { writeTemplate } from '../init/write-template.ts'
import { UsageError } from '../usage.ts'

/** `millrace init [FOLDER]`: writes a pipeline to start from. Answers the exit code. */
export async function init(args: readonly string[]): Promise<number> {
  const folder = resolve(readFolder(args))
  const { written, kept } = await writeTemplate(folder)
  const isAdopted = await adoptManifest(folder)
  console.log(`${folder}:`)
  for (const name of written) console.log(`  ${name.padEnd(19)}written`)
  for (const name of kept) console.log(`  ${name.padEnd(19)}left as it is`)
  if (isAdopted) console.log(`  ${'package.json'.padEnd(19)}"type" is "module", and has scripts`)
  console.log(
    '\nNext: "npx millrace validate" shows what follows from pipeline.ts, "npx millrace dev" runs it.',
  )
  return 0
}

function readFolder(args: readonly string[]): string {
  const [folder = '.', ...others] = args
  const option = args.find(arg => arg.startsWith('-'))
  if (option !== undefined) throw new UsageError(`Unknown option '${option}'.`)
  if (others.length > 0) throw new UsageError(`One folder is enough, not also "${others[0]}".`)
  return folder
}
