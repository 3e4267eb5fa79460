import { relative } from 'node:path'
import { fittedEncoders, type Pipeline } from '@millrace/core'
import { artifactFile, loadDeclaration, writeArtifact } from '@millrace/platform'
import { describeFitted } from '../fit/describe-fitted.ts'
import { fitArtifact } from '../fit/fit-artifact.ts'
import { readOptions, readText, readTexts, readTime } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { openEvents } from '../source/open-events.ts'
import { UsageError } from '../usage.ts'

/** `millrace fit`: fits the encoders of a pipeline on files of its events, and writes what they learnt. Answers the exit code. */
export async function fit(args: readonly string[]): Promise<number> {
  const given = readOptions(args, {
    pipeline: { type: 'string' },
    input: { type: 'string', multiple: true },
    from: { type: 'string' },
    to: { type: 'string' },
  })
  const paths = readTexts(given, 'input')
  if (paths.length === 0) throw new UsageError('fit needs --input FILE, once for each file.')
  const window = { start: readTime(given, 'from') ?? -Infinity, end: readTime(given, 'to') ?? Infinity }
  if (!(window.start < window.end)) throw new UsageError('--from must be before --to.')
  const file = readText(given, 'pipeline') ?? defaultPipelineFile()
  return fitFile(file, await loadDeclaration(file), paths, window)
}

async function fitFile(
  file: string,
  pipeline: Pipeline,
  paths: readonly string[],
  window: { readonly start: number; readonly end: number },
): Promise<number> {
  if (fittedEncoders(pipeline).length === 0) {
    console.log(`No encoder of ${pipeline.name} learns from events: there is nothing to fit.`)
    return 0
  }
  const events = await openEvents(file, pipeline, paths)
  const artifact = await fitArtifact({ pipeline, events, window })
  const target = artifactFile(file, pipeline)!
  await writeArtifact(target, artifact)
  console.log(describeFitted(pipeline, artifact).join('\n'))
  console.log(`Written to ${relative('', target)}, digest ${artifact.digest}.`)
  return 0
}
