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
    underWay.push(scoreChunk(model, bound, values, rejected))
    if (underWay.length >= WAITING_CHUNKS) await underWay.shift()
  }
  await Promise.all(underWay)
  return { values, rejected: rejected.toSorted((a, b) => a.row - b.row) }
}

/** A chunk that the model refuses is halved until the rows are found that it refuses. */
async function scoreChunk(
  model: RowModel,
  { inputs, kept }: Pick<BoundRows, 'inputs' | 'kept'>,
  values: ValueCell[][],
  rejected: RejectedRow[],
): Promise<void> {
  if (kept.length === 0) return
  try {
    const outputs = await model.model.infer(inputs, kept.length)
    putOutputs(model, outputs, kept, values, rejected)
  } catch (error) {
    if (!(error instanceof MillraceError && error.code === 'MODEL_FAILED')) throw error
    if (kept.length === 1) {
      rejected.push({ row: kept[0]!, reason: error.message })
      return
    }
    const half = kept.length >> 1
    for (const [from, to] of [
      [0, half],
      [half, kept.length],
    ] as const)
      await scoreChunk(
        model,
        {
          inputs: inputs.map(tensor => sliceRows({ tensor, from, rows: to - from })),
          kept: kept.slice(from, to),
        },
        values,
        rejected,
      )
  }
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
