import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import type { LoadedModel, ModelSignature, Tensor } from '@millrace/inference'
import { forEachSeed } from '@millrace/testkit'
import { bindColumns } from '../../src/score/bind-columns.ts'
import { outputColumns } from '../../src/score/output-columns.ts'
import type { RowModel } from '../../src/score/row-model.ts'
import { scoreRows } from '../../src/score/score-rows.ts'

const SIGNATURE: ModelSignature = {
  inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 1] }],
  outputs: [{ name: 'y', datatype: 'FP64', shape: [-1] }],
}

/** Doubles its input; refuses negative numbers, and has no finite answer to 13. */
function doubling(joins = true): RowModel {
  const infer = async ([input]: readonly Tensor[], rows: number): Promise<readonly Tensor[]> => {
    const values = [...(input!.data as Float64Array)]
    if (values.some(value => value < 0)) throw new MillraceError('MODEL_FAILED', 'It is negative.')
    if (!joins) assert.equal(rows, 1)
    const data = Float64Array.from(values, value => (value === 13 ? Number.POSITIVE_INFINITY : value * 2))
    return [{ datatype: 'FP64', shape: [rows], data }]
  }
  return {
    identity: { name: 'doubling', version: '1', digest: '0' },
    stamp: '',
    model: { signature: SIGNATURE, joins, infer } as unknown as LoadedModel,
    binding: bindColumns(SIGNATURE, undefined),
    scoreOf: ([output]) => output!.data as Float64Array,
    columns: outputColumns(SIGNATURE),
    close: async () => {},
  }
}

function scoredBy(model: RowModel, cells: readonly unknown[]) {
  return scoreRows(model, { count: cells.length, areTexts: false, column: () => row => cells[row] })
}

/** What must become of a cell. */
function expected(cell: unknown): { readonly value: number | null; readonly reason?: string } {
  if (typeof cell === 'string') return { value: null, reason: '"x" is no number' }
  if ((cell as number) < 0) return { value: null, reason: 'It is negative.' }
  if (cell === 13) return { value: null, reason: 'the model has no finite score for it' }
  return { value: (cell as number) * 2 }
}

test('every row gets its own score, or the reason why it has none', async () => {
  await forEachSeed(30, async random => {
    const faults = random.next() * 0.02
    const cells = Array.from({ length: Math.floor(random.next() * 3_000) }, (_, i) =>
      random.next() < faults ? [-1, 'x', 13][Math.floor(random.next() * 3)] : i,
    )
    const { values, rejected } = await scoredBy(doubling(), cells)
    const outcomes = cells.map(expected)
    assert.deepStrictEqual(
      values[0],
      outcomes.map(({ value }) => value),
    )
    assert.deepStrictEqual(
      rejected,
      outcomes.flatMap(({ reason }, row) => (reason === undefined ? [] : [{ row, reason }])),
    )
  })
})

test('a model that does not take rows together is asked for each', async () => {
  const { values } = await scoredBy(doubling(false), [1, 2, 3])
  assert.deepStrictEqual(values, [[2, 4, 6]])
})

test('an error that is no fault of a row ends the work', async () => {
  const failing = doubling()
  const model = {
    ...failing.model,
    infer: () => Promise.reject(new MillraceError('MODEL_UNAVAILABLE', 'gone')),
  }
  const cells = Array.from({ length: 5_000 }, (_, i) => i)
  await assert.rejects(scoredBy({ ...failing, model }, cells), { code: 'MODEL_UNAVAILABLE' })
})
