import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Datatype, TensorSpec } from '@millrace/inference'
import { bindColumns } from '../../src/score/bind-columns.ts'
import type { InputRows } from '../../src/score/rows.ts'

function rowsOf(rows: readonly Record<string, unknown>[], areTexts = false): InputRows {
  return {
    count: rows.length,
    areTexts,
    column: name => (rows.some(row => name in row) ? row => rows[row]![name] : undefined),
  }
}

const input = (name: string, datatype: Datatype, shape: readonly number[]): TensorSpec => ({
  name,
  datatype,
  shape,
})

/** What becomes of cells of one input: the values that were taken, and the faults of those that were not. */
function bindCells(datatype: Datatype, cells: readonly unknown[], areTexts = false) {
  const { bind } = bindColumns({ inputs: [input('x', datatype, [-1, 1])], outputs: [] }, undefined)
  const rows = rowsOf(
    cells.map(x => ({ x })),
    areTexts,
  )
  const { inputs, rejected } = bind(rows, 0, cells.length)
  return {
    taken: [...(inputs[0]!.data as Float32Array)] as unknown[],
    faults: rejected.map(({ reason }) => reason),
  }
}

test('the columns of a matrix come in the order of their names', () => {
  const { bind, columns } = bindColumns({ inputs: [input('m', 'FP32', [-1, 3])], outputs: [] }, [
    'b',
    'a',
    'c',
  ])
  assert.deepStrictEqual(columns, ['b', 'a', 'c'])
  const rows = rowsOf([
    { a: 1, b: 2, c: 3 },
    { a: 4, b: 5, c: 6 },
  ])
  const { inputs, kept } = bind(rows, 0, 2)
  assert.deepStrictEqual(inputs, [
    { datatype: 'FP32', shape: [2, 3], data: Float32Array.of(2, 1, 3, 5, 4, 6) },
  ])
  assert.deepStrictEqual(kept, [0, 1])
})

test('named inputs are the columns of their names, each of its type', () => {
  const inputs = [
    input('amount', 'FP64', [-1, 1]),
    input('kind', 'BYTES', [-1]),
    input('count', 'INT64', [-1, 1]),
  ]
  const { bind } = bindColumns({ inputs, outputs: [] }, undefined)
  const bound = bind(rowsOf([{ count: 3, kind: 'shop', amount: 0.5, id: 'x' }]), 0, 1)
  assert.deepStrictEqual(bound.inputs, [
    { datatype: 'FP64', shape: [1, 1], data: Float64Array.of(0.5) },
    { datatype: 'BYTES', shape: [1], data: ['shop'] },
    { datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(3n) },
  ])
})

test('a row that cannot be scored is left out with its reason, and the others stay together', () => {
  const { bind } = bindColumns({ inputs: [input('m', 'INT32', [-1, 2])], outputs: [] }, ['a', 'b'])
  const rows = rowsOf([
    { a: 1, b: 2 },
    { a: 3, b: null },
    { a: 4.5, b: 5 },
    { a: 6, b: 7 },
  ])
  const { inputs, kept, rejected } = bind(rows, 0, 4)
  assert.deepStrictEqual(inputs[0]!.data, Int32Array.of(1, 2, 6, 7))
  assert.deepStrictEqual(kept, [0, 3])
  assert.deepStrictEqual(rejected, [
    { row: 1, reason: '"b" is missing' },
    { row: 2, reason: '"a" is no whole number' },
  ])
})

test('cells become the values of each type, or are refused', () => {
  const cases: readonly [Datatype, readonly unknown[], readonly unknown[], readonly string[]][] = [
    ['FP32', [0.5, null, Number.NaN, '1'], [0.5, Number.NaN, Number.NaN], ['"x" is no number']],
    ['FP32', [3.5e38, Number.POSITIVE_INFINITY], [], ['"x" is out of range', '"x" is out of range']],
    ['FP64', [1e300, true], [1e300], ['"x" is no number']],
    [
      'UINT8',
      [255, 256, -1, 0.5],
      [255],
      ['"x" is out of range', '"x" is out of range', '"x" is no whole number'],
    ],
    ['INT64', [2 ** 53 - 1, 2 ** 53], [9007199254740991n], ['"x" is no whole number']],
    ['BOOL', [true, 0, 1, 'true'], [1, 0, 1], ['"x" is no flag']],
    ['BYTES', ['', 'ä', 1, null], ['', 'ä'], ['"x" is no text', '"x" is missing']],
  ]
  for (const [datatype, cells, taken, faults] of cases)
    assert.deepStrictEqual(bindCells(datatype, cells), { taken, faults }, datatype)
})

test('texts of CSV become the values of each type, whole numbers to their last digit', () => {
  const cases: readonly [Datatype, readonly string[], readonly unknown[], readonly string[]][] = [
    ['FP64', ['0.1', ' 1e3 ', '', 'NaN', 'x'], [0.1, 1000, Number.NaN, Number.NaN], ['"x" is no number']],
    [
      'INT64',
      ['9223372036854775807', '1.0', '', '9223372036854775808'],
      [9223372036854775807n, 1n],
      ['"x" is missing', '"x" is out of range'],
    ],
    ['BOOL', ['true', 'FALSE', '1', '0', '', 'yes'], [1, 0, 1, 0], ['"x" is missing', '"x" is no flag']],
    ['BYTES', ['12', ''], ['12', ''], []],
  ]
  for (const [datatype, cells, taken, faults] of cases)
    assert.deepStrictEqual(bindCells(datatype, cells, true), { taken, faults }, datatype)
})

test('a column of lists fills an input of several values', () => {
  const { bind } = bindColumns({ inputs: [input('embedding', 'FP32', [-1, 2])], outputs: [] }, undefined)
  const rows = rowsOf([
    { embedding: [1, 2] },
    { embedding: [1] },
    { embedding: '[3, 4]' },
    { embedding: [1, 'x'] },
  ])
  const { inputs, rejected } = bind(rows, 0, 4)
  assert.deepStrictEqual(inputs[0]!.data, Float32Array.of(1, 2, 3, 4))
  assert.deepStrictEqual(
    rejected.map(({ reason }) => reason),
    ['"embedding" is no list of 2 values', 'value 2 of "embedding" is no number'],
  )
})

test('a model that cannot be asked row by row, and names that do not fit it, are refused', () => {
  const refused = (inputs: readonly TensorSpec[], names?: readonly string[]) =>
    assert.throws(() => bindColumns({ inputs, outputs: [] }, names), { code: 'MODEL_INVALID' })
  refused([input('x', 'FP32', [4, 2])])
  refused([input('x', 'FP16', [-1, 1])])
  refused([input('x', 'FP32', [-1, -1, 3])])
  refused([input('x', 'FP32', [-1, 3])], ['a', 'b'])
  refused([input('x', 'FP32', [-1, 1]), input('y', 'FP32', [-1, 1])], ['a'])
  const { bind } = bindColumns({ inputs: [input('x', 'FP32', [-1, 1])], outputs: [] }, undefined)
  assert.throws(() => bind(rowsOf([{ y: 1 }]), 0, 1), { code: 'INPUT_INVALID', message: /no column "x"/ })
})
