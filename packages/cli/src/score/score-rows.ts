import { MillraceError } from '@millrace/core'
import { sliceRows, type Tensor } from '@millrace/inference'
import type { ValueCell } from '@millrace/platform/offline'
import type { BoundRows } from './bind-columns.ts'
import type { RowModel } from './row-model.ts'
import type { InputRows, RejectedRow } from './rows.ts'

/** What became of some rows. */
export interface ScoredRows {
  /** For each of the model's columns the cell of each row, null where it was rejected. */
  readonly values: readonly (readonly ValueCell[])[]
  /** In the order of the rows. */
  readonly rejected: readonly RejectedRow[]
}

/** Rows that go to the model at once. */
export const CHUNK_ROWS = 512
/** Chunks that wait for the model, so that it need not wait for the next one. */
const WAITING_CHUNKS = 4

/** Scores some rows. Fails with what is no fault of a row. */
export async function scoreRows(model: RowModel, rows: InputRows): Promise<ScoredRows> {
  const values = model.columns.map(() => Array<ValueCell>(rows.count).fill(null))
  const rejected: RejectedRow[] = []
  const size = model.model.joins ? CHUNK_ROWS : 1
  const underWay: Promise<void>[] = []
  for (let from = 0; from < rows.count; from += size) {
    const bound = model.binding.bind(rows, from, Math.min(rows.count, from + size))
    for (const row of bound.rejected) rejected.push(row)
    underWay.push(awaitedLater(scoreChunk(model, bound, values, rejected)))
    if (underWay.length >= WAITING_CHUNKS) await underWay.shift()
  }
  await Promise.all(underWay)
  return { values, rejected: rejected.toSorted((a, b) => a.row - b.row) }
}

/** Work whose failure is met when it is awaited, after other work. */
export function awaitedLater<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}

type Chunk = Pick<BoundRows, 'inputs' | 'kept'>

/** A chunk that the model refuses is halved until the rows are found that it refuses. */
async function scoreChunk(
  model: RowModel,
  chunk: Chunk,
  values: ValueCell[][],
  rejected: RejectedRow[],
): Promise<void> {
  const { inputs, kept } = chunk
  if (kept.length === 0) return
  try {
    putOutputs(model, await model.model.infer(inputs, kept.length), kept, values, rejected)
  } catch (error) {
    if (!(error instanceof MillraceError && error.code === 'MODEL_FAILED')) throw error
    if (kept.length === 1) rejected.push({ row: kept[0]!, reason: error.message })
    else for (const half of halvesOf(chunk)) await scoreChunk(model, half, values, rejected)
  }
}

function halvesOf({ inputs, kept }: Chunk): readonly Chunk[] {
  const middle = kept.length >> 1
  const part = (from: number, to: number): Chunk => ({
    inputs: inputs.map(tensor => sliceRows({ tensor, from, rows: to - from })),
    kept: kept.slice(from, to),
  })
  return [part(0, middle), part(middle, kept.length)]
}

/** A row without a finite score is rejected: online it is answered with an error. */
function putOutputs(
  { columns, scoreOf }: RowModel,
  outputs: readonly Tensor[],
  kept: readonly number[],
  values: ValueCell[][],
  rejected: RejectedRow[],
): void {
  const scores = scoreOf?.(outputs, kept.length)
  const isScored = kept.map((_, i) => scores === undefined || Number.isFinite(scores[i]))
  for (const [i, row] of kept.entries())
    if (!isScored[i]) rejected.push({ row, reason: 'the model has no finite score for it' })
  for (const [column, { cellsOf }] of columns.entries()) {
    const cells = cellsOf(outputs, kept.length)
    for (const [i, row] of kept.entries()) if (isScored[i]) values[column]![row] = cells[i]!
  }
}
