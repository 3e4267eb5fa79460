import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Quantiles } from '../../src/view/quantiles.ts'

test('quantiles are those of the values within one per cent', () => {
  const quantiles = new Quantiles()
  for (let value = 1; value <= 10_000; value++) quantiles.add(value)
  assert.equal(quantiles.count, 10_000)
  for (const q of [0.01, 0.5, 0.99, 1]) {
    const relative = quantiles.at(q)! / (10_000 * q)
    assert.ok(Math.abs(relative - 1) <= 0.011, `${q}: ${relative}`)
  }
})

test('values below one count as one, and none has no quantile', () => {
  const quantiles = new Quantiles()
  assert.equal(quantiles.at(0.5), undefined)
  quantiles.add(0)
  quantiles.add(-3)
  assert.equal(quantiles.at(0.5), 1)
})
