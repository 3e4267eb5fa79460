import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineMonitor, psi, psiAllowance } from '@millrace/core'
import { judgeWindow } from '../../src/drift/judge-window.ts'
import { HOUR, quarters, recordOf } from './fixtures.ts'

const monitor = defineMonitor({ window: HOUR, warmUp: 5 * HOUR })
const FIRST = 100

/** The verdict on `x` when its bins hold these counts. */
function judged(counts: readonly number[], missing = 0, thresholds = monitor) {
  const stable = { missing: 0, counts: [100, 100, 100, 100] }
  const record = recordOf(9, 'stable', { features: { x: { missing, counts }, score: stable } })
  return judgeWindow(record, quarters(), thresholds, FIRST)
}

test('a window that starts before the warm-up is over is not judged', () => {
  const notJudged = { status: 'warming-up', level: null, features: {} }
  assert.deepEqual(judgeWindow(recordOf(5, 'drift'), quarters(), monitor, FIRST), notJudged)
  assert.equal(judgeWindow(recordOf(6, 'drift'), quarters(), monitor, FIRST).status, 'judged')
  assert.equal(judgeWindow(recordOf(5, 'drift'), quarters(), monitor, 0).status, 'judged')
})

test('a window with fewer events than declared is not judged', () => {
  const few = recordOf(9, 'drift', { events: 199 })
  const notJudged = { status: 'too-few-events', level: null, features: {} }
  assert.deepEqual(judgeWindow(few, quarters(), monitor, FIRST), notJudged)
})

test('the verdict tells PSI, level, missing values and allowance of every feature', () => {
  const allowance = psiAllowance(4, 400, 100_000)
  assert.deepEqual(judged([400, 0, 0, 0], 7), {
    status: 'judged',
    level: 'drift',
    features: {
      x: { psi: psi([0.25, 0.25, 0.25, 0.25], [400, 0, 0, 0]), level: 'drift', missing: 7, allowance },
      score: { psi: 0, level: 'stable', missing: 0, allowance },
    },
  })
})

test('a level counts from the declared PSI plus the allowance', () => {
  const counts = [160, 100, 80, 60]
  const effect = psi([0.25, 0.25, 0.25, 0.25], counts)! - psiAllowance(4, 400, 100_000)
  const levelWith = (warnAt: number, alertAt: number) =>
    judged(counts, 0, { ...monitor, warnAt, alertAt }).features['x']!.level
  assert.equal(levelWith(effect + 1e-9, 1), 'stable')
  assert.equal(levelWith(effect, 1), 'warning')
  assert.equal(levelWith(effect - 0.1, effect + 1e-9), 'warning')
  assert.equal(levelWith(effect - 0.1, effect), 'drift')
})

test('the same fractions in fewer events may be noise', () => {
  assert.deepEqual(
    [1, 0.5].map(part => judged([152, 112, 80, 56].map(count => count * part)).level),
    ['warning', 'stable'],
  )
})

test('the score drifts like any feature', () => {
  const features = {
    x: { missing: 0, counts: [100, 100, 100, 100] },
    score: { missing: 0, counts: [0, 0, 0, 400] },
  }
  assert.equal(judgeWindow(recordOf(9, 'stable', { features }), quarters(), monitor, FIRST).level, 'drift')
})

test('a feature that is missing altogether has no PSI and no level', () => {
  const { level, features } = judged([0, 0, 0, 0], 400)
  assert.deepEqual(features['x'], { psi: null, level: null, missing: 400, allowance: null })
  assert.equal(level, 'stable')
})
