import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MillraceError, type ModelIdentity } from '@millrace/core'
import { digestFiles } from '../backfill/backfill-digest.ts'
import { digestOf, listPieces, type Piece, readPiece, writePiece } from '../backfill/piece.ts'
import { openScoreInput } from './formats/open-score-input.ts'
import type { InputPart, LoadedPart, ScoreInput } from './formats/score-format.ts'
import type { RowModel } from './row-model.ts'
import { awaitedLater, type ScoredRows, scoreRows } from './score-rows.ts'

export interface ScoreJob {
  readonly input: string
  /** The file that is written; beside it its manifest, and the rows that were not scored. */
  readonly output: string
  readonly model: RowModel
  /** What the names of the model's columns begin with. */
  readonly prefix: string
}

/** What is heard of scoring on its way. */
export interface ScoreProgress {
  /** So many rows are done, and this share of all where that is known. */
  rows(done: number, share: number | undefined): void
  /** All rows are done. */
  end(rows: number): void
}

export interface ScoreSummary {
  readonly rows: number
  /** Rows that have no score. */
  readonly rejected: number
  /** Rows taken over from an earlier run. */
  readonly takenOver: number
}

/** A part that is done. */
interface DonePart extends Pick<InputPart, 'count' | 'share'> {
  readonly scored: Piece
  readonly rejected: Piece
  readonly wasThere: boolean
}

/**
 * Scores the rows of a file into another one of its format, part by part. Broken off, it goes on behind the last part
 * when it is run again with the same file, model and options. Throws INPUT_INVALID, MODEL_INVALID.
 */
export async function runScore(job: ScoreJob, progress: ScoreProgress): Promise<ScoreSummary> {
  const [file] = await digestFiles([{ path: job.input, type: undefined }])
  await using input = await openScoreInput(job.input)
  const columns = job.model.columns.map(column => ({ ...column, name: job.prefix + column.name }))
  refuseTaken(input, columns)
  const digest = digestOf(JSON.stringify([file!.sha256, ...sourcesOf(job.model), columns]))
  const folder = join(`${job.output}.parts`, digest)
  const work = { ...job, columns, folder, finished: await listPieces(folder) }
  const done = await scoreParts(work, input, progress)
  if (done.length === 0) throw new MillraceError('INPUT_INVALID', `${job.input} has no rows to score.`)
  const summary = await summarize(done)
  await publish(work, input, done, { input: file!.sha256, model: job.model.identity, ...summary })
  return summary
}

/** What scores follow from, beside the rows. */
function sourcesOf({ identity, stamp, binding }: RowModel): readonly unknown[] {
  return [identity.digest, stamp, binding.columns]
}

interface Work extends ScoreJob {
  readonly columns: RowModel['columns']
  readonly folder: string
  readonly finished: ReadonlyMap<string, Piece>
}

function refuseTaken({ columns: there = [] }: ScoreInput, columns: RowModel['columns']): void {
  const taken = columns.find(({ name }) => there.includes(name))
  if (taken !== undefined) throw takenColumn(taken.name)
}

/** In a format whose rows have each their own columns. */
function refuseTakenCells({ rows }: LoadedPart, columns: RowModel['columns']): void {
  for (const { name } of columns) {
    const cellOf = rows.column(name)
    if (cellOf === undefined) continue
    for (let row = 0; row < rows.count; row++) if (cellOf(row) !== undefined) throw takenColumn(name)
  }
}

function takenColumn(name: string): MillraceError {
  return new MillraceError(
    'INPUT_INVALID',
    `The input has a column "${name}" already: give --prefix for the columns of the model.`,
  )
}

/** While the model has one part, the next one is read. */
async function scoreParts(work: Work, input: ScoreInput, progress: ScoreProgress): Promise<DonePart[]> {
  const parts: Promise<DonePart>[] = []
  const done: DonePart[] = []
  let rows = 0
  const settle = async (): Promise<void> => {
    const part = await parts.shift()!
    done.push(part)
    rows += part.count
    progress.rows(rows, part.share)
  }
  let place = 0
  for await (const part of input.parts(work.model.binding.columns)) {
    parts.push(awaitedLater(scorePart(work, part, place++)))
    if (parts.length > 1) await settle()
  }
  while (parts.length > 0) await settle()
  progress.end(rows)
  return done
}

async function scorePart(work: Work, part: InputPart, place: number): Promise<DonePart> {
  const name = `part-${String(place).padStart(6, '0')}`
  const { count, share } = part
  const before = { scored: work.finished.get(name), rejected: work.finished.get(`${name}-rejected`) }
  if (
    before.scored &&
    before.rejected &&
    (await readPiece(before.scored)) &&
    (await readPiece(before.rejected))
  )
    return { count, share, scored: before.scored, rejected: before.rejected, wasThere: true }
  const loaded = await part.load()
  refuseTakenCells(loaded, work.columns)
  const result = await scoreRows(work.model, loaded.rows)
  const lines = rejectedLines(work, loaded, result)
  const rejected = await writePiece(work.folder, `${name}-rejected`, Buffer.from(lines))
  const scored = await writePiece(work.folder, name, loaded.write(work.columns, result.values))
  return { count, share, scored, rejected, wasThere: false }
}

/** One JSON object for each row that has no score: its number, the reason, and the values that the model reads. */
function rejectedLines(
  { model }: Work,
  { rows, numberOf, unreadable }: LoadedPart,
  { rejected }: ScoredRows,
): string {
  const names = model.binding.columns
  const readers = names.map(name => rows.column(name)!)
  const refused = rejected.map(({ row, reason }) => ({
    row: numberOf(row),
    reason,
    values: Object.fromEntries(names.map((name, i) => [name, readers[i]!(row) ?? null])),
  }))
  const broken = unreadable.map(({ number, text }) => ({ row: number, reason: 'cannot be read', text }))
  const all = [...refused, ...broken].toSorted((a, b) => a.row - b.row)
  return all.map(line => `${JSON.stringify(line)}\n`).join('')
}

async function summarize(parts: readonly DonePart[]): Promise<ScoreSummary> {
  let rejected = 0
  for (const part of parts) rejected += (await readFile(part.rejected.path, 'utf8')).split('\n').length - 1
  const rowsOf = (some: readonly DonePart[]): number => some.reduce((sum, { count }) => sum + count, 0)
  return { rows: rowsOf(parts), rejected, takenOver: rowsOf(parts.filter(({ wasThere }) => wasThere)) }
}

/** The files get their names when they are whole, the manifest last. */
async function publish(
  { output, columns }: Work,
  input: ScoreInput,
  parts: readonly DonePart[],
  { takenOver: _, ...facts }: ScoreSummary & { readonly input: string; readonly model: ModelIdentity },
): Promise<void> {
  const manifest = `${output}.manifest.json`
  await rm(manifest, { force: true })
  await input.assemble(`${output}.part`, columns, bytesOf(parts.map(({ scored }) => scored)))
  await rename(`${output}.part`, output)
  await publishRejected(`${output}.rejected.ndjson`, parts, facts.rejected)
  const added = columns.map(({ name }) => name)
  const content = { ...facts, columns: added, output: await digestOfFile(output) }
  await writeFile(`${manifest}.part`, `${JSON.stringify(content, null, 2)}\n`)
  await rename(`${manifest}.part`, manifest)
  await rm(`${output}.parts`, { recursive: true })
}

async function publishRejected(path: string, parts: readonly DonePart[], rows: number): Promise<void> {
  await rm(path, { force: true })
  if (rows === 0) return
  const all = Readable.from(bytesOf(parts.map(({ rejected }) => rejected)), { objectMode: false })
  await pipeline(all, createWriteStream(path))
}

async function* bytesOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const { path } of pieces) yield await readFile(path)
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
