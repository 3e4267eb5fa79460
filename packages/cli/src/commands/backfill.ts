import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { EventType, Pipeline } from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import type { InputFile } from '../backfill/read-inputs.ts'
import { type BackfillSummary, runBackfill } from '../backfill/run-backfill.ts'
import { showProgress } from '../backfill/show-progress.ts'
import { KafkaEventLog } from '../history/event-log.ts'
import { readNumber, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { hasCompanion, loadHandbook } from '../source/load-companion.ts'
import { UsageError } from '../usage.ts'

/** What an input that is no file begins with. */
const TOPIC = 'topic:'
const PARTITIONS = 16
const ROWS_PER_FILE = 500_000
const OPTIONS = {
  pipeline: { type: 'string' },
  input: { type: 'string', multiple: true },
  output: { type: 'string' },
  workers: { type: 'string' },
  partitions: { type: 'string' },
} as const

/** `millrace backfill`: computes the vectors of past events from files and topics. Answers the exit code. */
export async function backfill(args: readonly string[]): Promise<number> {
  const { input = [], ...given } = readGiven(args)
  const output = readText(given, 'output')
  if (input.length === 0) throw new UsageError('--input says which files or topics of events to read.')
  if (output === undefined) throw new UsageError('--output says which folder to write the vectors to.')
  const workers = readNumber(given, 'workers', { min: 1, max: 256 }) ?? availableParallelism()
  const partitions = readNumber(given, 'partitions', { min: 1, max: 10_000 }) ?? PARTITIONS
  const pipelineFile = readText(given, 'pipeline') ?? defaultPipelineFile()
  const pipeline = await loadPipeline(pipelineFile)
  const files = input.filter(text => !text.startsWith(TOPIC)).map(text => inputFileOf(pipeline, text))
  const types = new Set(input.filter(text => text.startsWith(TOPIC)).flatMap(text => typesOf(pipeline, text)))
  const toEvents = (await hasCompanion(pipelineFile, 'handbook.ts'))
    ? (await loadHandbook(pipelineFile)).handbookRowToEvents
    : undefined
  await using log = types.size === 0 ? undefined : await KafkaEventLog.open(pipeline)
  const history = log === undefined ? undefined : { log, types: [...types] }
  const options = {
    ...{ pipelineFile, files, toEvents, history, output, workers, partitions },
    rowsPerFile: ROWS_PER_FILE,
  }
  const summary = await runBackfill(pipeline, options, showProgress(process.stderr))
  console.log(describe(summary, output).join('\n'))
  return 0
}

function readGiven(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** `FILE`, or `TYPE=FILE` where TYPE is an event type of the pipeline. */
function inputFileOf(pipeline: Pipeline, text: string): InputFile {
  const [, name, path] = /^([^=]+)=(.+)$/.exec(text) ?? []
  const type = pipeline.events.find(type => type.name === name)
  return type === undefined || path === undefined ? { path: text, type: undefined } : { path, type }
}

/** `topic:` is every clean topic of the pipeline, `topic:TYPE` that of an event type. Throws UsageError. */
function typesOf({ events }: Pipeline, text: string): readonly EventType[] {
  const name = text.slice(TOPIC.length)
  const types = events.filter(type => name === '' || type.name === name)
  if (types.length > 0) return types
  const names = events.map(type => type.name).join(', ')
  throw new UsageError(`--input ${text}: "${name}" is none of the event types ${names}.`)
}

function describe(
  { vectors, files, rejected, duplicates, erasures, takenOver }: BackfillSummary,
  output: string,
): string[] {
  const refused = Object.entries(rejected).map(([reason, rows]) => `Refused: ${rows} ${reason}.`)
  return [
    `${vectors} vectors in ${files} ${files === 1 ? 'file' : 'files'} in ${output}.`,
    ...refused,
    ...(duplicates > 0 ? [`Left out: ${duplicates} with an id that had come before.`] : []),
    ...(erasures > 0 ? [`Erased as in the stream: entities of views, ${erasures} times.`] : []),
    ...(takenOver > 0 ? [`Taken over from an earlier run: ${takenOver} pieces of work.`] : []),
  ]
}
