import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EventType, type FeatureView, MillraceError, type Pipeline, routeOf } from '@millrace/core'
import type { EventLog } from '../history/event-log.ts'
import { backfillDigest, type DigestedFile, digestFiles } from './backfill-digest.ts'
import { type EventInputs, type LoadedEvents, loadEvents, type ViewErasures } from './load-events.ts'
import { listPieces, type Piece } from './piece.ts'
import type { DigestedTopic } from './read-topics.ts'
import { allocateResults } from './results.ts'
import { groupRows } from './shares.ts'
import type { Done, Task, Work } from './task.ts'
import { keptRanges } from './topic-ranges.ts'
import { WorkerPool } from './worker-pool.ts'
import { vectorColumns } from './write-part.ts'

export interface BackfillOptions extends Omit<EventInputs, 'history'> {
  readonly pipelineFile: string
  /** Event types whose clean topics are read, and the log that has them. */
  readonly history?: { readonly log: EventLog; readonly types: readonly EventType[] } | undefined
  /** The folder that the vectors are written to. */
  readonly output: string
  /** Threads. */
  readonly workers: number
  /** Into how many shares the entities of each view are split. */
  readonly partitions: number
  /** Vectors in a file. */
  readonly rowsPerFile: number
}

/** What is heard of a backfill on its way. */
export interface BackfillProgress {
  /** So many more rows were read. */
  readRows(rows: number): void
  /** From now on so many pieces of work are to be done. */
  begin(pieces: number): void
  /** Another piece is done. */
  finish(done: Done): void
}

export interface BackfillSummary {
  readonly vectors: number
  readonly files: number
  readonly rejected: Readonly<Record<string, number>>
  readonly duplicates: number
  /** How often a view forgot an entity. */
  readonly erasures: number
  /** Pieces taken over from an earlier run. */
  readonly takenOver: number
}

/** Readers of folders of Parquet files pass over names like this one. */
const MANIFEST = '_manifest.json'
const WORK = '.backfill'

/**
 * Computes the vectors of past events by the engine of the stream, in strict order, and writes them as Parquet files
 * with a manifest, which comes last. Broken off, it goes on with what was not finished when it is run again with the
 * same pipeline, files and settings. Throws INPUT_INVALID.
 */
export async function runBackfill(
  pipeline: Pipeline,
  options: BackfillOptions,
  progress: BackfillProgress,
): Promise<BackfillSummary> {
  const { files, output, partitions, rowsPerFile } = options
  const digestedFiles = await digestFiles(files)
  const history = await historyOf(pipeline, options)
  const events = await loadEvents(pipeline, { ...options, history }, rows => progress.readRows(rows))
  const digested = [...digestedFiles, ...events.topics]
  const digest = backfillDigest(pipeline, digested, events.erasures, { partitions, rowsPerFile })
  const folder = join(output, WORK, digest)
  const finished = await listPieces(folder)
  const vectors = events.tables.find(({ type }) => type === pipeline.scored.name)!.rows
  if (vectors === 0) throw noEvents(pipeline, events)
  const results = allocateResults(pipeline, vectors)
  const shares = sharesOf(pipeline, events, partitions)
  const { tables, texts, erasures } = events
  const work = { tables, texts, erasures, results, shares, folder }
  const parts = await computeParts(pipeline, work, options, finished, progress)
  await publish(pipeline, output, parts.pieces, { digest, vectors, inputs: digested })
  const { rejected, duplicates } = events
  const { pieces, takenOver } = parts
  const counts = { vectors, files: pieces.length, duplicates, erasures: countOf(erasures), takenOver }
  return { ...counts, rejected }
}

async function historyOf(
  pipeline: Pipeline,
  { history, output }: BackfillOptions,
): Promise<EventInputs['history']> {
  if (history === undefined) return undefined
  const { log, types } = history
  return { log, topics: await keptRanges(pipeline, log, types, join(output, WORK)) }
}

function countOf(erasures: ViewErasures): number {
  return Object.values(erasures).flatMap(times => [...times.values()].flat()).length
}

/** First every share of every view, then the files that are put together from them. */
async function computeParts(
  pipeline: Pipeline,
  work: Work,
  { pipelineFile, workers, partitions, rowsPerFile }: BackfillOptions,
  finished: ReadonlyMap<string, Piece>,
  progress: BackfillProgress,
): Promise<{ readonly pieces: readonly Piece[]; readonly takenOver: number }> {
  const rows = work.tables.find(({ type }) => type === pipeline.scored.name)!.rows
  const shares = viewTasks(pipeline, partitions, finished)
  const files = partTasks(rows, rowsPerFile, finished)
  progress.begin(shares.length + files.length)
  await using pool = new WorkerPool(workers, { pipelineFile, work })
  const onDone = (done: Done): void => progress.finish(done)
  const computed = await pool.run(shares, onDone)
  const written = await pool.run(files, onDone)
  const takenOver = [...computed, ...written].filter(({ wasThere }) => wasThere).length
  return { pieces: written.map(({ piece }) => piece), takenOver }
}

function sharesOf(pipeline: Pipeline, { tables }: LoadedEvents, partitions: number): Work['shares'] {
  const keysOf = (type: EventType) => tables.find(table => table.type === type.name)!.keys
  const views = routeOf(pipeline, pipeline.scored)
  const rows = ({ sources, entity }: FeatureView) =>
    sources.map(type => groupRows(keysOf(type)[entity]!, partitions))
  return Object.fromEntries(views.map(view => [view.name, rows(view)]))
}

function viewTasks(pipeline: Pipeline, partitions: number, finished: ReadonlyMap<string, Piece>): Task[] {
  return routeOf(pipeline, pipeline.scored).flatMap(view =>
    Array.from({ length: partitions }, (_, partition) => {
      const name = `view-${view.name}-${partition}`
      return { kind: 'view', name, view: view.name, partition, finished: finished.get(name) } as const
    }),
  )
}

function partTasks(rows: number, rowsPerFile: number, finished: ReadonlyMap<string, Piece>): Task[] {
  return Array.from({ length: Math.ceil(rows / rowsPerFile) }, (_, i) => {
    const name = `part-${String(i).padStart(5, '0')}`
    const range = { from: i * rowsPerFile, to: Math.min(rows, (i + 1) * rowsPerFile) }
    return { kind: 'part', name, range, finished: finished.get(name) } as const
  })
}

/** The files get their names, and the manifest says that they are all there. */
async function publish(
  pipeline: Pipeline,
  output: string,
  pieces: readonly Piece[],
  {
    digest,
    vectors,
    inputs,
  }: { digest: string; vectors: number; inputs: readonly (DigestedFile | DigestedTopic)[] },
): Promise<void> {
  await removePublished(output)
  const files: { readonly path: string; readonly sha256: string }[] = []
  for (const { name, sha256, path } of pieces) {
    await rename(path, join(output, `${name}.parquet`))
    files.push({ path: `${name}.parquet`, sha256 })
  }
  const manifest = {
    pipeline: pipeline.namespace,
    digest,
    rows: vectors,
    columns: vectorColumns(pipeline),
    inputs,
    files,
  }
  await writeFile(join(output, `${MANIFEST}.part`), `${JSON.stringify(manifest, null, 2)}\n`)
  await rename(join(output, `${MANIFEST}.part`), join(output, MANIFEST))
  await rm(join(output, WORK), { recursive: true })
}

/** What an earlier backfill left in the folder, as its manifest tells. */
async function removePublished(output: string): Promise<void> {
  const text = await readFile(join(output, MANIFEST), 'utf8').catch(() => undefined)
  if (text === undefined) return
  const { files } = JSON.parse(text) as { readonly files: readonly { readonly path: string }[] }
  await rm(join(output, MANIFEST))
  for (const { path } of files) await rm(join(output, path), { force: true })
}

function noEvents({ scored }: Pipeline, { rejected }: LoadedEvents): MillraceError {
  const refused = Object.entries(rejected).map(([reason, rows]) => `${rows} ${reason}`)
  const because = refused.length === 0 ? '' : `: refused were ${refused.join(', ')}`
  return new MillraceError('INPUT_INVALID', `The input holds no ${scored.name} to compute${because}.`)
}
