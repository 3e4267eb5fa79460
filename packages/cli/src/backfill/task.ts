import { type Pipeline, routeOf } from '@millrace/core'
import { computeView } from './compute-view.ts'
import type { SharedTable } from './event-table.ts'
import type { ViewErasures } from './load-events.ts'
import { type Piece, readPiece, writePiece } from './piece.ts'
import { columnsOf, type ResultColumn, type Results, type ViewResults } from './results.ts'
import { rowsOf, type SharedRows } from './shares.ts'
import type { SharedTexts, Texts } from './texts.ts'
import { type RowRange, writePart } from './write-part.ts'

/** What all tasks of a backfill work on. */
export interface Work {
  readonly tables: readonly SharedTable[]
  readonly texts: SharedTexts
  readonly erasures: ViewErasures
  readonly results: Results
  /** For each view by its name, and each of its sources, the rows by the share of their entity. */
  readonly shares: Readonly<Record<string, readonly SharedRows[]>>
  /** Where finished pieces are kept. */
  readonly folder: string
}

/** One piece of a backfill's work; `finished` is what an earlier run has made of it. */
export type Task =
  | {
      readonly kind: 'view'
      readonly name: string
      readonly view: string
      readonly partition: number
      readonly finished: Piece | undefined
    }
  | {
      readonly kind: 'part'
      readonly name: string
      readonly range: RowRange
      readonly finished: Piece | undefined
    }

/** A piece that is there now, and whether an earlier run had made it. */
export interface Done {
  readonly piece: Piece
  readonly wasThere: boolean
}

/** Does one piece of work, or takes over what an earlier run has made of it, if its bytes are still the same. */
export async function runTask(pipeline: Pipeline, work: Work, texts: Texts, task: Task): Promise<Done> {
  const { finished } = task
  const kept = finished && (await readPiece(finished))
  if (kept === undefined) {
    const bytes =
      task.kind === 'view' ? compute(pipeline, work, texts, task) : writeRows(pipeline, work, texts, task)
    return { piece: await writePiece(work.folder, task.name, bytes), wasThere: false }
  }
  if (task.kind === 'view') restore(shareOf(pipeline, work, task), kept)
  return { piece: finished!, wasThere: true }
}

function compute(pipeline: Pipeline, work: Work, texts: Texts, task: Task & { kind: 'view' }): Uint8Array {
  const share = shareOf(pipeline, work, task)
  const { tables, shares, erasures } = work
  const input = {
    ...{ view: share.view, tables, texts, shares: shares[task.view]! },
    erasures: erasures[task.view] ?? new Map(),
  }
  computeView(pipeline.scored, input, task.partition, share.results)
  return bytesOf(share)
}

function writeRows(
  pipeline: Pipeline,
  { tables, results }: Work,
  texts: Texts,
  { range }: Task & { kind: 'part' },
): Uint8Array {
  const table = tables.find(({ type }) => type === pipeline.scored.name)!
  return writePart(pipeline, table, texts, results, range)
}

interface ViewShare {
  readonly view: Pipeline['views'][number]
  readonly results: ViewResults
  readonly rows: Uint32Array
}

function shareOf(
  pipeline: Pipeline,
  { results, shares }: Work,
  { view: name, partition }: Task & { kind: 'view' },
): ViewShare {
  const view = routeOf(pipeline, pipeline.scored).find(view => view.name === name)!
  const place = view.sources.indexOf(pipeline.scored)
  return { view, results: results[name]!, rows: rowsOf(shares[name]![place]!, partition) }
}

/** The results of a share, column by column, each in the order of its rows. */
function bytesOf({ results, rows }: ViewShare): Uint8Array {
  return Buffer.concat(
    columnsOf(results).map(column => {
      const values = likeOf(column, rows.length)
      for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]!]!
      return new Uint8Array(values.buffer)
    }),
  )
}

function restore({ results, rows }: ViewShare, bytes: Uint8Array): void {
  let at = 0
  for (const column of columnsOf(results)) {
    const values = likeOf(column, rows.length)
    new Uint8Array(values.buffer).set(bytes.subarray(at, at + values.byteLength))
    for (let i = 0; i < rows.length; i++) column[rows[i]!] = values[i]!
    at += values.byteLength
  }
}

function likeOf(column: ResultColumn, length: number): ResultColumn {
  if (column instanceof Float64Array) return new Float64Array(length)
  return column instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length)
}
