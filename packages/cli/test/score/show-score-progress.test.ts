import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showScoreProgress } from '../../src/score/show-score-progress.ts'

function written(isTTY: boolean, share: number | undefined): readonly string[] {
  const texts: string[] = []
  const progress = showScoreProgress({ isTTY, write: text => texts.push(String(text)) > 0 })
  progress.rows(600_000, share && share / 2)
  progress.rows(1_200_000, share)
  progress.end(1_300_000)
  return texts
}

test('a terminal shows a bar, or the rows where the end is not known', () => {
  assert.deepStrictEqual(written(true, 0.9), [
    `\r[${'#'.repeat(14)}${'.'.repeat(16)}] 45% 600000 rows scored`,
    `\r[${'#'.repeat(27)}...] 90% 1200000 rows scored`,
    `\r[${'#'.repeat(30)}] 100% 1300000 rows scored\n`,
  ])
  assert.equal(written(true, undefined)[0], '\r600000 rows scored')
})

test('without a terminal a line is written for each million of rows', () => {
  assert.deepStrictEqual(written(false, 0.9), ['1200000 rows scored\n'])
})
