import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DriftLevel } from '@millrace/core'
import { followWindow, newTrack } from '../../src/drift/episode.ts'
import { MODEL, recordOf } from './fixtures.ts'

const LEVELS: Readonly<Record<string, DriftLevel | null>> = {
  s: 'stable',
  w: 'warning',
  d: 'drift',
  '-': null,
}

/** The window (its index) in which the open episode began, after each of the windows; null when none is open. */
function episodes(levels: string, persistence = 2) {
  let track = newTrack(MODEL.digest)
  return [...levels].map((level, index) => {
    track = followWindow(track, recordOf(index, 'stable'), LEVELS[level]!, persistence)
    return track.episode === null ? null : Number(track.episode.split('/')[2]) / 3_600_000
  })
}

test('an episode opens with the last of the declared number of drifting windows in a row', () => {
  assert.deepEqual(episodes('sddd'), [null, null, 2, 2])
  assert.deepEqual(episodes('dsdsd'), [null, null, null, null, null])
  assert.deepEqual(episodes('sd', 1), [null, 1])
  assert.deepEqual(episodes('dwd'), [null, null, null])
})

test('an episode closes after as many stable windows in a row', () => {
  assert.deepEqual(episodes('ddsds'), [null, 1, 1, 1, 1])
  assert.deepEqual(episodes('ddss'), [null, 1, 1, null])
})

test('a warning keeps an open episode open', () => {
  assert.deepEqual(episodes('ddwwswsww'), [null, 1, 1, 1, 1, 1, 1, 1, 1])
  assert.deepEqual(episodes('ddwdd'), [null, 1, 1, 1, 1])
})

test('after an episode another one can open', () => {
  assert.deepEqual(episodes('ddssdd'), [null, 1, 1, null, null, 5])
})

test('windows without a level change no row', () => {
  assert.deepEqual(episodes('d-d-s-s'), [null, null, 2, 2, 2, 2, null])
})

test('the name of an episode tells model, version and window, and the row of drift its first window', () => {
  const first = followWindow(newTrack(MODEL.digest), recordOf(3, 'drift'), 'drift', 2)
  const second = followWindow(first, recordOf(4, 'drift'), 'drift', 2)
  assert.deepEqual(second, {
    digest: MODEL.digest,
    judgedUpTo: 4 * 3_600_000,
    drifting: 2,
    quiet: 0,
    driftingSince: 3 * 3_600_000,
    episode: 'churn/1/14400000',
  })
})
