import { MillraceError, type Pipeline } from '@millrace/core'
import { archiveColumns, type Column, type Storage, writeParquet } from '@millrace/platform/offline'
import { ArchiveReader } from './archive-reader.ts'
import { type Manifest, OUTCOME, OUTCOME_TIME, sealManifest } from './manifest.ts'
import { OutcomeTable } from './outcome-table.ts'
import { lastKnown, learnOutcomes, type OutcomeSource, outcomeOf } from './outcomes.ts'
import {
  isInWindow,
  isOfAge,
  type LeftOut,
  noneLeftOut,
  type Selection,
  select,
  type Taken,
} from './selection.ts'
import { SetFolder } from './set-folder.ts'
import { candidatesOf, daysWithin, readDay, readEvents, takeValues } from './vector-days.ts'

export interface TrainingSetOptions {
  readonly archive: Storage
  /** The folder that the set is written to. */
  readonly output: string
  /** Event time of the first vectors (epoch ms), inclusive; default all. */
  readonly from?: number | undefined
  /** Event time behind the last vectors (epoch ms); default all. */
  readonly to?: number | undefined
  /** Outcomes that were known later are not used (epoch ms); default when the last one was known. */
  readonly asOf?: number | undefined
  /** How long outcomes take (ms). */
  readonly labelDelay: number
  /** Vectors whose outcomes are looked up at once: what bounds the memory. Default 2,000,000. */
  readonly vectorsAtOnce?: number
  /** Vectors in a file. Default 500,000. */
  readonly rowsPerFile?: number
}

type Day = readonly [date: string, names: readonly string[]]

interface Work {
  readonly pipeline: Pipeline
  readonly outcome: OutcomeSource
  readonly reader: ArchiveReader
  readonly selection: Selection
  readonly columns: readonly Column[]
  readonly folder: SetFolder
  readonly rowsPerFile: number
  readonly leftOut: LeftOut
  positives: number
}

/**
 * Makes a training set of archived vectors, as they were logged, and of what became of their events. Throws
 * INPUT_INVALID when the archive has no vector with an outcome or cannot be used, DECLARATION_INVALID when no outcome is
 * declared or a column has the name of the outcome's, and what the storage throws.
 */
export async function makeTrainingSet(pipeline: Pipeline, options: TrainingSetOptions): Promise<Manifest> {
  const work = await workOf(pipeline, options)
  const days = daysWithin(await work.reader.days('vectors'), work.selection)
  const limit = options.vectorsAtOnce ?? 2_000_000
  for await (const [group, outcomes] of groups(work, days, limit)) {
    const known = { since: group[0]![0], asOf: work.selection.asOf }
    await learnOutcomes(work.reader, work.outcome, known, outcomes)
    for (const day of group) await writeDay(work, day, outcomes)
  }
  if (work.folder.files.length === 0) throw noRows(pipeline, work.leftOut)
  const { reader, folder, selection, columns, leftOut, positives } = work
  const manifest = sealManifest(pipeline, {
    selection,
    columns: [...columns, ...OUTCOME_COLUMNS],
    counts: { positives, leftOut },
    files: folder.files,
    sources: reader.sources,
  })
  await folder.finish(manifest)
  return manifest
}

const OUTCOME_COLUMNS = [
  { name: OUTCOME, kind: 'flag' },
  { name: OUTCOME_TIME, kind: 'timestamp' },
] as const satisfies readonly Column[]

async function workOf(pipeline: Pipeline, options: TrainingSetOptions): Promise<Work> {
  const { archive, output, from = -Infinity, to = Infinity, labelDelay, rowsPerFile = 500_000 } = options
  const outcome = outcomeOf(pipeline)
  const reader = new ArchiveReader(archive)
  const asOf = options.asOf ?? (await lastKnown(reader, outcome))
  return {
    pipeline,
    outcome,
    reader,
    selection: { from, to, asOf, labelDelay },
    columns: columnsOf(pipeline),
    folder: new SetFolder(output),
    rowsPerFile,
    leftOut: noneLeftOut(),
    positives: 0,
  }
}

function columnsOf(pipeline: Pipeline): readonly Column[] {
  const columns = archiveColumns(pipeline, 'vectors')
  const taken = columns.find(({ name }) => OUTCOME_COLUMNS.some(column => column.name === name))
  if (taken === undefined) return columns
  throw new MillraceError(
    'DECLARATION_INVALID',
    `A training set has a column "${taken.name}" of its own: give the field, feature or view another name.`,
  )
}

/** Days whose vectors are looked up together, with the ids of those that can have an outcome. */
async function* groups(
  { reader, selection, pipeline }: Work,
  days: readonly Day[],
  limit: number,
): AsyncGenerator<[readonly Day[], OutcomeTable]> {
  let group: Day[] = []
  let outcomes = new OutcomeTable()
  for (const day of days) {
    const { ids, times } = await readEvents(reader, day[1], pipeline.version)
    group.push(day)
    ids.forEach((id, row) => {
      if (isInWindow(selection, times[row]!) && isOfAge(selection, times[row]!)) outcomes.want(id)
    })
    if (outcomes.size < limit) continue
    yield [group, outcomes]
    group = []
    outcomes = new OutcomeTable()
  }
  if (group.length > 0) yield [group, outcomes]
}

async function writeDay(work: Work, [date, names]: Day, outcomes: OutcomeTable): Promise<void> {
  const { reader, columns, selection, pipeline, leftOut, rowsPerFile } = work
  const day = await readDay(reader, names, columns, { selection, version: pipeline.version, leftOut })
  const taken = select(selection, candidatesOf(day), outcomes, leftOut)
  for (let start = 0; start < taken.rows.length; start += rowsPerFile) {
    const { rows, values, known } = sliceOf(taken, start, start + rowsPerFile)
    const data = columns.map(({ name }) => takeValues(day[name]!, rows))
    const bytes = writeParquet([...columns, ...OUTCOME_COLUMNS], [...data, values, known])
    await work.folder.add(date, rows.length, bytes)
    work.positives += values.filter(Boolean).length
  }
}

function sliceOf({ rows, values, known }: Taken, start: number, end: number): Taken {
  return {
    rows: rows.slice(start, end),
    values: values.slice(start, end),
    known: known.slice(start, end),
  }
}

function noRows({ name, version }: Pipeline, leftOut: LeftOut): MillraceError {
  const reasons = Object.entries(leftOut).filter(([, count]) => count > 0)
  const because = reasons.map(([reason, count]) => `${count} ${reason}`).join(', ') || 'no vector at all'
  return new MillraceError(
    'INPUT_INVALID',
    `The archive has no vector of ${name} ${version} in the window with a known outcome: ${because}.`,
  )
}
