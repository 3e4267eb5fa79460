import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summaryLines } from '../../src/view/summary.ts'
import { Totals } from '../../src/view/totals.ts'
import { pipeline, predictionOf } from '../fixtures.ts'

const origin = { partition: 0, offset: 0 }

function settlePrediction(totals: Totals, id: string, decision: string, isLive: boolean): void {
  totals.settled({
    origin,
    entry: { event: {}, sentAt: 1_000, isLive },
    outcome: { kind: 'predicted', prediction: predictionOf(id, { decision }), receivedAt: 1_100 },
  })
}

function filledTotals(): Totals {
  const totals = new Totals(pipeline, { historyEnd: 50, hasLabels: true })
  for (const eventTime of [10, 50, undefined]) totals.sent(eventTime)
  settlePrediction(totals, 'a', 'block', false)
  settlePrediction(totals, 'b', 'approve', true)
  totals.settled({
    origin,
    entry: { event: {}, sentAt: 0, isLive: true },
    outcome: { kind: 'dead-lettered' },
  })
  totals.labelled('a', true)
  totals.labelled('b', true)
  totals.deadLettered('NULL_VALUE')
  return totals
}

test('totals add up what was sent and what came of it', () => {
  const { latency, ...totals } = filledTotals().snapshot()
  assert.deepStrictEqual(totals, {
    sent: 3,
    counted: 2,
    eventTime: 50,
    predictions: 2,
    deadLetters: { NULL_VALUE: 1 },
    hits: { caught: 1, missed: 1, falseAlarms: 0, labelled: 2 },
    drift: { verdicts: {}, latest: undefined, retrainingRequests: [] },
  })
  assert.equal(latency.count, 1)
  assert.ok(Math.abs(latency.p99! - 100) < 1.1)
})

test('a repeated retraining request is one', () => {
  const totals = filledTotals()
  const window = { start: 0, end: 1 }
  const { model } = predictionOf('a')
  for (const episode of ['e1', 'e1', 'e2'])
    totals.retrainingRequested({ model, episode, reason: [], window, trainOn: { from: 0, to: 1 } })
  assert.deepStrictEqual(totals.snapshot().drift.retrainingRequests, ['e1', 'e2'])
})

test('the summary tells every total in a line', () => {
  const totals = { ...filledTotals().snapshot(), latency: { count: 1, p50: 99, p99: 101 } }
  const options = { totals, hasLabels: true, elapsedMs: 4_000, logDir: '/logs' }
  assert.deepStrictEqual(summaryLines({ ...options, vectors: { path: 'out', lines: 2 } }), [
    '',
    'Summary',
    '  events        3 sent, 1 of them history',
    '  predictions   2 in 4 s (1/s)',
    '  dead letters  1 NULL_VALUE',
    '  frauds        1 caught, 1 missed, 0 false alarms (2 labelled)',
    '  latency       p50 99 ms, p99 101 ms (1 events)',
    '  drift         no window judged yet',
    '  retraining    0 requests',
    '  vectors       2 lines in out',
    '  logs          /logs',
  ])
})
