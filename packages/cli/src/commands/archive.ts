import { seconds } from '@millrace/core'
import { loadDeclaration } from '@millrace/platform'
import { openStorage } from '@millrace/platform/offline'
import { followArchive } from '../archive/follow-archive.ts'
import { KafkaArchiveLog } from '../archive/kafka-archive-log.ts'
import { type ArchiveOptions, runArchive } from '../archive/run-archive.ts'
import { ArchiveSummary } from '../archive/summary.ts'
import { readNumber, readOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'
import { UsageError } from '../usage.ts'

const ROWS_PER_FILE = 100_000
const INTERVAL_SECONDS = 300

/** `millrace archive`: writes vectors, predictions and labels to Parquet, each once. Answers the exit code. */
export async function archive(args: readonly string[]): Promise<number> {
  const given = readOptions(args, {
    pipeline: { type: 'string' },
    output: { type: 'string' },
    rows: { type: 'string' },
    follow: { type: 'boolean' },
    interval: { type: 'string' },
  })
  const output = readText(given, 'output')
  if (output === undefined)
    throw new UsageError('--output says which folder to archive to, or s3://BUCKET/PREFIX.')
  const isFollowing = given['follow'] === true
  const rowsPerFile = readNumber(given, 'rows', { min: 1, max: 10_000_000 }) ?? ROWS_PER_FILE
  const interval = readNumber(given, 'interval', { min: 1, max: 86_400 })
  if (interval !== undefined && !isFollowing) throw new UsageError('--interval goes with --follow.')
  const pipeline = await loadDeclaration(readText(given, 'pipeline') ?? defaultPipelineFile())
  const storage = openStorage(output)
  await using log = await KafkaArchiveLog.open()
  const summary = new ArchiveSummary()
  const options = { log, storage, sources: await log.topicsOf(pipeline), rowsPerFile, summary }
  if (isFollowing) await followUntilAsked(options, seconds(interval ?? INTERVAL_SECONDS))
  else await runArchive(options)
  for (const line of summary.describe()) console.log(line)
  return 0
}

/** Follows the topics until this process is asked to end. */
async function followUntilAsked(options: ArchiveOptions, pauseMs: number): Promise<void> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  try {
    await followArchive({ ...options, signal: ending.signal }, pauseMs)
  } finally {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}
