import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Accounting } from '../../src/run/accounting.ts'
import { setRunClock } from '../../src/run/run-clock.ts'
import { awaitOutcomes } from '../../src/run/stream-input.ts'
import { payment, pipeline, predictionOf } from '../fixtures.ts'

/** The clock shows 0 at 10,000 and runs ten times as fast as the wall clock. */
const clock = setRunClock({ start: 0, speed: 10 }, 10_000)

function accounting(): Accounting {
  return new Accounting({ pipeline, input: { historyEnd: 0, hasLabels: true }, clock, vectors: undefined })
}

const sentAt = (offset: number, at: number) => ({ partition: 0, offset, event: { at } })

test('the clock tells when the time of an event comes', () => {
  assert.equal(clock.dueAt(500), 10_050)
  assert.deepStrictEqual(clock.declaration, { kind: 'scaled', start: 0, speed: 10, anchor: 10_000 })
})

test('a run is live when input and services have caught up, until the input is late', () => {
  const books = accounting()
  books.sent([sentAt(0, 0)], 20_000)
  assert.equal(books.isLive, false)
  books.sent([sentAt(1, 120_000)], 22_000)
  assert.equal(books.isLive, false, 'the first event has no outcome yet')
  books.predicted(predictionOf('a', { origin: { partition: 0, offset: 0 } }))
  books.sent([sentAt(2, 122_000)], 22_200)
  assert.equal(books.isLive, true)
  books.sent([sentAt(3, 150_000)], 25_000)
  assert.equal(books.isLive, true, 'slow outcomes end nothing')
  books.sent([sentAt(4, 150_000)], 26_000)
  assert.equal(books.isLive, false)
})

test('every event is accounted for by its prediction or its dead letter', async () => {
  const books = accounting()
  books.sent([sentAt(0, 1), sentAt(1, 2)], 10_000)
  assert.equal(books.pending, 2)
  books.predicted(predictionOf('a', { origin: { partition: 0, offset: 0 } }))
  books.deadLettered(payment, { partition: 0, offset: 1 }, 'NULL_VALUE')
  assert.equal(books.pending, 0)
  assert.equal(books.snapshot().predictions, 1)
  assert.deepStrictEqual(books.snapshot().deadLetters, { NULL_VALUE: 1 })
  await awaitOutcomes({ pending: 0, quietMs: 1_000 }, new AbortController().signal)
})

test('events of which nothing comes for too long end the run with a word', async () => {
  const { signal } = new AbortController()
  await assert.rejects(awaitOutcomes({ pending: 3, quietMs: 0 }, signal, 100), {
    code: 'EVENTS_UNACCOUNTED',
    message: /^3 events that were sent have neither a prediction nor a dead letter/,
  })
})
