import { days } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { openStorage } from '@millrace/platform/offline'
import { readDuration, readOptions, readText, readTime } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { makeTrainingSet } from '../training-set/make-training-set.ts'
import type { Manifest } from '../training-set/manifest.ts'
import { UsageError } from '../usage.ts'

/** The last time that a Date holds. */
const LAST_TIME = days(100_000_000)

/** `millrace training-set`: makes a training set of an archive. Answers the exit code. */
export async function trainingSet(args: readonly string[]): Promise<number> {
  const given = readOptions(args, {
    pipeline: { type: 'string' },
    archive: { type: 'string' },
    output: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    'as-of': { type: 'string' },
    'label-delay': { type: 'string' },
  })
  const archive = readText(given, 'archive')
  const output = readText(given, 'output')
  if (archive === undefined) throw new UsageError('--archive says where the archive is.')
  if (output === undefined) throw new UsageError('--output says which folder to write the set to.')
  const [from, to, asOf] = ['from', 'to', 'as-of'].map(name => readTime(given, name))
  if (!((from ?? 0) < (to ?? LAST_TIME))) throw new UsageError('--from must be before --to.')
  const labelDelay = readDuration(given, 'label-delay') ?? 0
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  const options = { archive: openStorage(archive), output, from, to, asOf, labelDelay }
  const manifest = await makeTrainingSet(pipeline, options)
  console.log(describe(manifest, output).join('\n'))
  return 0
}

function describe({ name, rows, positives, files, leftOut }: Manifest, output: string): string[] {
  const reasons = Object.entries(leftOut).filter(([, count]) => count > 0)
  return [
    `${rows} vectors, ${positives} of them positive, in ${files.length} ${files.length === 1 ? 'file' : 'files'} in ${output}.`,
    ...reasons.map(([reason, count]) => `Left out: ${count} ${reason.replace('_', ' ')}.`),
    `Name of the set: ${name}.`,
  ]
}
