import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeColumn } from '../../src/rule/describe-column.ts'

test('bins lie between the deciles, interpolated where they fall between two values', () => {
  assert.deepStrictEqual(describeColumn([7, 1, 10, 0, 3, 5, 9, 2, 8, 4, 6]), {
    count: 11,
    missing: 0,
    edges: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    fractions: [2 / 11, ...Array.from({ length: 9 }, () => 1 / 11)],
    mean: 5,
    std: Math.sqrt(10),
  })
  assert.deepStrictEqual(describeColumn([0, 5]).edges, [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5])
})

test('equal deciles are one edge, and a value on an edge lies below it', () => {
  const { edges, fractions } = describeColumn([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4])
  assert.deepStrictEqual([edges, fractions], [[0], [11 / 12, 1 / 12]])
})

test('missing values are counted, and nothing is said of a column that has only those', () => {
  assert.equal(describeColumn([1, Number.NaN]).missing, 1)
  assert.deepStrictEqual(describeColumn([Number.NaN]), { count: 0, missing: 1, edges: [], fractions: [0] })
})
