import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days } from '@millrace/core'
import { simulatedVectors } from '../src/rule/simulated-vectors.ts'
import { simulatedEvents } from '../src/source/simulation-input.ts'
import '../template/pipeline.test.ts'
import pipeline, { reading, repair } from '../template/pipeline.ts'
import { simulate } from '../template/simulator.ts'

const START = Date.UTC(2026, 0, 1)
const population = { seed: 1, customers: 1, terminals: 1, drift: undefined }

/** The events of the first days. */
function* firstDays(count: number) {
  for (const event of simulatedEvents(pipeline, { simulate }, population)) {
    if (event.eventTime! >= START + days(count)) return
    yield event
  }
}

test('the simulated machines send a reading an hour, in order, and are mended when they wear out', () => {
  const events = [...firstDays(30)]
  assert.equal(events.filter(({ type }) => type === reading).length, 30 * 24 * 240)
  assert.ok(events.every(({ eventTime }, i) => i === 0 || events[i - 1]!.eventTime! <= eventTime!))
  const repairs = events.filter(({ type }) => type === repair).map(({ event }) => event['wasBreakdown'])
  assert.ok(repairs.includes(true) && repairs.includes(false))
})

test('every simulated event is clean, and every vector complete', () => {
  const vectors = [...simulatedVectors(pipeline, firstDays(2))]
  assert.equal(vectors.length, 2 * 24 * 240)
  assert.ok(vectors.every(({ vector }) => vector.length === 7 && vector.every(Number.isFinite)))
})
