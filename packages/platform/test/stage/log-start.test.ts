import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogMark, MOST_EPOCHS, positionOf } from '@millrace/core'
import { type PresentLog, startOf } from '../../src/stage/log-start.ts'

const MARK: LogMark = { offset: 6, timestamp: 1_767_225_600_000, checksum: 77 }
const KNOWN = { position: 7, log: { topicId: 'old', mark: MARK } }

/** The log that holds offsets 2 to 12, as it was read, where nothing else is said. */
const logOf = (differences: Partial<PresentLog> = {}): PresentLog => ({
  topic: 'keys',
  partition: 1,
  topicId: 'old',
  low: 2,
  high: 12,
  atMark: MARK,
  ...differences,
})

const LOST = { code: 'HISTORY_LOST' }

test('a log that is as it was read is read on', () => {
  const goesOn = { position: 7, topicId: 'old', isAnew: false }
  assert.deepStrictEqual(startOf(KNOWN, logOf()), goesOn)
  assert.deepStrictEqual(startOf(KNOWN, logOf({ low: 7, atMark: undefined })), goesOn)
  assert.deepStrictEqual(startOf(KNOWN, logOf({ high: 7 })), goesOn)
  assert.deepStrictEqual(startOf({ position: 7, log: {} }, logOf({ atMark: undefined })), goesOn)
})

test('a log whose beginning went before it was handled is lost, and so is one that was cut below the position', () => {
  assert.throws(() => startOf(KNOWN, logOf({ low: 8, atMark: undefined })), LOST)
  assert.throws(() => startOf(KNOWN, logOf({ high: 6, atMark: undefined })), LOST)
  assert.throws(() => startOf(KNOWN, logOf({ topicId: undefined, low: 8, atMark: undefined })), LOST)
})

test('another record in the place of the marked one means that the log was cut and grew again', () => {
  for (const atMark of [
    { ...MARK, checksum: 78 },
    { ...MARK, timestamp: 0 },
  ]) {
    assert.throws(() => startOf(KNOWN, logOf({ atMark })), LOST)
    assert.throws(() => startOf(KNOWN, logOf({ topicId: undefined, atMark })), LOST)
  }
})

test('a topic of another id begins a new epoch, unless it holds what was read', () => {
  const anew = { position: positionOf(1, 2), topicId: 'new', isAnew: true }
  const other = { topicId: 'new', atMark: undefined }
  assert.deepStrictEqual(startOf(KNOWN, logOf(other)), anew)
  assert.deepStrictEqual(startOf(KNOWN, logOf({ ...other, atMark: { ...MARK, checksum: 1 } })), anew)
  assert.deepStrictEqual(startOf(KNOWN, logOf({ ...other, low: 0, high: 0 })), {
    ...anew,
    position: positionOf(1, 0),
  })
  assert.deepStrictEqual(startOf(KNOWN, logOf({ topicId: 'new' })), {
    position: 7,
    topicId: 'new',
    isAnew: false,
  })
})

test('a position in a later epoch stands at the same offset of its log', () => {
  const later = { ...KNOWN, position: positionOf(3, 7) }
  assert.deepStrictEqual(startOf(later, logOf()), {
    position: positionOf(3, 7),
    topicId: 'old',
    isAnew: false,
  })
  assert.equal(startOf(later, logOf({ topicId: 'new', atMark: undefined })).position, positionOf(4, 2))
  assert.throws(() => startOf(later, logOf({ low: 8 })), LOST)
})

test('more epochs than positions can tell apart are refused', () => {
  const last = { ...KNOWN, position: positionOf(MOST_EPOCHS - 1, 7) }
  assert.throws(() => startOf(last, logOf({ topicId: 'new', atMark: undefined })), LOST)
})
