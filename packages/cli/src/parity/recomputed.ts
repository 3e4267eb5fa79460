import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pipeline, routeOf } from '@millrace/core'
import { type ColumnValues, openFileSource, ParquetFile, type RowGroup } from '@millrace/platform/offline'
import type { DigestedTopic } from '../backfill/read-topics.ts'
import { type BackfillProgress, runBackfill } from '../backfill/run-backfill.ts'
import type { EventLog } from '../history/event-log.ts'
import { type VectorRow, vectorKey } from './vector-row.ts'

export interface RecomputeOptions {
  readonly pipelineFile: string
  readonly log: EventLog
  /** Threads. */
  readonly workers: number
  /** Which vectors are kept. */
  readonly isWanted: (id: string, eventTime: number) => boolean
}

/** What of a backfill's manifest is read here. */
interface Manifest {
  readonly files: readonly { readonly path: string }[]
  readonly inputs: readonly DigestedTopic[]
}

const SHARES = 16
const ROWS_PER_FILE = 500_000

/** The vectors of the clean events, and how far back those reach. */
export interface Recomputed {
  /** The wanted ones, by `vectorKey`. */
  readonly rows: ReadonlyMap<string, VectorRow>
  /** From this event time on no clean event is missing (epoch ms): −∞ where none is, +∞ where it cannot be told. */
  readonly completeFrom: number
  /** Records that the clean topics do not hold any more. */
  readonly lost: number
}

/**
 * The vectors that a backfill of the clean topics gives, by `vectorKey`. They are written to a folder that is gone
 * afterwards. Throws what `runBackfill` throws.
 */
export async function recompute(
  pipeline: Pipeline,
  { pipelineFile, log, workers, isWanted }: RecomputeOptions,
  progress: BackfillProgress,
): Promise<Recomputed> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-parity-'))
  try {
    const visited = new Set(routeOf(pipeline, pipeline.scored).flatMap(view => view.sources))
    const options = {
      ...{ pipelineFile, files: [], toEvents: undefined, history: { log, types: [...visited] } },
      ...{ output: folder, workers, partitions: SHARES, rowsPerFile: ROWS_PER_FILE },
    }
    await runBackfill(pipeline, options, progress)
    return await readRows(pipeline, folder, isWanted)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readRows(
  pipeline: Pipeline,
  folder: string,
  isWanted: RecomputeOptions['isWanted'],
): Promise<Recomputed> {
  const { files, inputs } = JSON.parse(await readFile(join(folder, '_manifest.json'), 'utf8')) as Manifest
  const rows = new Map<string, VectorRow>()
  for (const { path } of files) {
    await using source = await openFileSource(join(folder, path))
    const file = await ParquetFile.open(source)
    for (const group of file.rowGroups) {
      const { ids, times, inputs } = await readGroup(pipeline, file, group)
      for (let row = 0; row < group.rows; row++) {
        const [id, time] = [String(ids[row]), Number(times[row])]
        if (isWanted(id, time)) rows.set(vectorKey(id, time), rowOf(inputs, row))
      }
    }
  }
  const lost = inputs.reduce((sum, input) => sum + lostOf(input), 0)
  return { rows, completeFrom: Math.max(...inputs.map(completeFromOf)), lost }
}

function lostOf({ ranges }: DigestedTopic): number {
  return Object.values(ranges).reduce((sum, [low]) => sum + low, 0)
}

function completeFromOf(input: DigestedTopic): number {
  if (lostOf(input) === 0) return Number.NEGATIVE_INFINITY
  return input.completeFrom ?? Number.POSITIVE_INFINITY
}

async function readGroup({ scored, model }: Pipeline, file: ParquetFile, group: RowGroup) {
  const ids = await file.read(scored.id, group)
  const times = await file.read(scored.eventTime, group)
  const inputs: ColumnValues[] = []
  for (const name of model.inputs) inputs.push(await file.read(name, group))
  return { ids, times, inputs }
}

function rowOf(columns: readonly ColumnValues[], row: number): VectorRow {
  return Float64Array.from(columns, column => column[row] as number)
}
