import assert from 'node:assert/strict'
import { test } from 'node:test'
import { psi, psiAllowance, psiNoise } from '@millrace/core'
import { SeededRandom } from '../drift/seeded-random.ts'

/**
 * Computed with NumPy 2.4.6: `r = np.maximum(r, 1e-4); c = np.maximum(counts / counts.sum(), 1e-4);
 * np.sum((c - r) * np.log(c / r))`.
 */
const GOLDEN = [
  {
    what: 'a slope over four bins',
    r: Array(4).fill(0.25),
    counts: [10, 20, 30, 40],
    psi: 0.22821740957339182,
  },
  { what: 'equal fractions', r: Array(10).fill(0.1), counts: Array(10).fill(100), psi: 0 },
  {
    what: 'a bin that nothing fell into',
    r: Array(10).fill(0.1),
    counts: [0, 50, 80, 90, 100, 110, 120, 130, 150, 170],
    psi: 0.8001462814288826,
  },
  {
    what: 'a bin that the reference lacks',
    r: [0.5, 0.3, 0.2, 0],
    counts: [40, 30, 20, 10],
    psi: 0.7123991075017365,
  },
  { what: 'a constant that changed', r: [1, 0], counts: [0, 7], psi: 18.41883867587797 },
  {
    what: 'Poisson 4 against Poisson 3, right-closed deciles',
    r: [3945, 4485, 4477, 3353, 2114, 1626].map(count => count / 20_000),
    counts: [1819, 2903, 3960, 3920, 3106, 4292],
    psi: 0.2727715088296534,
  },
]

for (const { what, r, counts, psi: expected } of GOLDEN)
  test(`the PSI agrees with NumPy: ${what}`, () => {
    const found = psi(r, counts)!
    assert.ok(Math.abs(found - expected) <= 1e-12, `${found} is not ${expected}`)
  })

test('the PSI is undefined where a side is empty', () => {
  assert.equal(psi([0.5, 0.5], [0, 0]), undefined)
  assert.equal(psi([0, 0], [3, 4]), undefined)
})

test('a near-constant reference has a finite PSI', () => {
  assert.equal(psi([1], [12]), 0)
  assert.ok(Number.isFinite(psi([0.9999, 0.0001], [5, 5])))
})

test('without drift the PSI has the mean and the deviation of the law', () => {
  const [bins, n, m, windows] = [10, 500, 20_000, 3_000]
  const random = new SeededRandom(5)
  const countsOf = (values: number) => {
    const counts = Array<number>(bins).fill(0)
    for (let i = 0; i < values; i++) counts[random.below(bins)]!++
    return counts
  }
  const found = Array.from({ length: windows }, () => {
    const reference = countsOf(m).map(count => count / m)
    return psi(reference, countsOf(n))!
  })
  const mean = found.reduce((sum, value) => sum + value) / windows
  const deviation = Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / windows)
  const law = psiNoise(bins, n, m)
  assert.ok(Math.abs(mean / law.mean - 1) < 0.05, `mean ${mean}, law ${law.mean}`)
  assert.ok(Math.abs(deviation / law.deviation - 1) < 0.05, `deviation ${deviation}, law ${law.deviation}`)
})

test('the allowance shrinks as the window grows, and never below that of the reference', () => {
  const allowed = (n: number) => Number(psiAllowance(10, n, Infinity).toFixed(4))
  assert.deepEqual([100, 200, 1_000, 10_000].map(allowed), [0.2173, 0.1086, 0.0217, 0.0022])
  assert.equal(psiAllowance(10, Infinity, 100), psiAllowance(10, 100, Infinity))
})

test('a feature with one bin has no noise', () => {
  assert.equal(psiAllowance(1, 10, 10), 0)
})
