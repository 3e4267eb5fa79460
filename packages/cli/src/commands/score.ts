import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type GivenOptions, readArguments, readNumber, readText } from '../options.ts'
import { openFileModel, openPipelineModel } from '../score/open-row-model.ts'
import type { RowModel } from '../score/row-model.ts'
import { runScore, type ScoreSummary } from '../score/run-score.ts'
import { showScoreProgress } from '../score/show-score-progress.ts'
import { UsageError } from '../usage.ts'

const OPTIONS = {
  model: { type: 'string' },
  pipeline: { type: 'string' },
  output: { type: 'string' },
  columns: { type: 'string' },
  prefix: { type: 'string' },
  threads: { type: 'string' },
} as const

/** Some rows have no score. */
const INCOMPLETE = 3

interface Files {
  readonly input: string
  readonly output: string
}

/** `millrace score FILE`: scores the rows of a file, or of the Parquet files of a folder. Answers the exit code. */
export async function score(args: readonly string[]): Promise<number> {
  const { values: given, positionals } = readArguments(args, OPTIONS)
  const [input, ...others] = positionals
  const output = readText(given, 'output')
  if (input === undefined || others.length > 0)
    throw new UsageError('score needs one file, or one folder of files.')
  if (output === undefined) throw new UsageError('--output says which file to write.')
  if (resolve(input) === resolve(output))
    throw new UsageError('--output must be another file than the input.')
  const model = await openModelOf(given)
  try {
    const prefix = readText(given, 'prefix') ?? ''
    let isComplete = true
    for (const files of await filesOf({ input, output })) {
      const summary = await runScore({ ...files, model, prefix }, showScoreProgress(process.stderr))
      console.log(describe(summary, files, model).join('\n'))
      isComplete &&= summary.rejected === 0
    }
    return isComplete ? 0 : INCOMPLETE
  } finally {
    await model.close()
  }
}

async function openModelOf(given: GivenOptions): Promise<RowModel> {
  const [path, pipeline, columns] = ['model', 'pipeline', 'columns'].map(name => readText(given, name))
  const threads = readNumber(given, 'threads', { min: 1, max: 256 })
  if ((path === undefined) === (pipeline === undefined))
    throw new UsageError('score needs either --model or --pipeline.')
  if (path !== undefined) return openFileModel(path, columns?.split(','), threads)
  if (columns !== undefined) throw new UsageError('--columns goes with --model: a pipeline has its inputs.')
  return openPipelineModel(pipeline!, threads)
}

/** A folder, such as one of vectors, gives a folder of files of the same names. */
async function filesOf({ input, output }: Files): Promise<readonly Files[]> {
  const found = await stat(input).catch(() => undefined)
  if (found === undefined || !found.isDirectory()) return [{ input, output }]
  const names = (await readdir(input)).filter(name => name.endsWith('.parquet')).toSorted()
  if (names.length === 0) throw new UsageError(`${input} has no Parquet files to score.`)
  return names.map(name => ({ input: join(input, name), output: join(output, name) }))
}

function describe({ rows, rejected, takenOver }: ScoreSummary, { output }: Files, model: RowModel): string[] {
  const { name, version, digest } = model.identity
  return [
    `${rows - rejected} rows scored by ${name} ${version} (${digest.slice(0, 12)}) in ${output}.`,
    ...(rejected > 0 ? [`Without a score: ${rejected} rows, listed in ${output}.rejected.ndjson.`] : []),
    ...(takenOver > 0 ? [`Taken over from an earlier run: ${takenOver} rows.`] : []),
  ]
}
