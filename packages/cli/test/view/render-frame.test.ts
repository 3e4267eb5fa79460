import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DriftVerdict, days } from '@millrace/core'
import { renderFrame } from '../../src/view/render-frame.ts'
import { renderLine } from '../../src/view/render-line.ts'
import type { ViewState } from '../../src/view/view-state.ts'
import { predictionOf, VIEW_STATE } from '../fixtures.ts'

const textOf = (state: ViewState, width = 120): string[] => renderFrame(state, width).map(line => line.text)

const DRIFTED: DriftVerdict = {
  version: 1,
  parent: { partition: 0, input: 0, via: 0, offset: 0 },
  window: { start: Date.UTC(2026, 0, 5), end: Date.UTC(2026, 0, 6) },
  model: predictionOf('a').model,
  events: 500,
  late: 0,
  status: 'judged',
  level: 'drift',
  features: {
    amount: { psi: 0.4, level: 'drift', missing: 0, allowance: 0 },
    payments_1d: { psi: null, level: null, missing: 9, allowance: null },
    score: { psi: 0.01, level: 'stable', missing: 0, allowance: 0 },
  },
  episode: 'small_model/1/0',
}

test('a frame shows the clock, the progress, the stages and the results', () => {
  assert.deepStrictEqual(textOf(VIEW_STATE), [
    '',
    'Millrace · small · simulation · order arrival · clock 2026-01-13 00:00 at 43,200×',
    `live         ${'█'.repeat(15)}${'·'.repeat(15)} 50 %  100 of 200 events, at 2026-01-13 00:00`,
    '',
    'stage                     records/s      records          lag',
    'ingest-payment                  951        1,100            0',
    'score                           950        1,050           50',
    '',
    'predictions  1,050   950/s',
    'frauds       3 caught   2 missed   1 false alarms   of 900 labelled',
    'latency      p50 8 ms   p99 1.2 s',
    'drift        no window judged yet',
    'dead letters 0',
  ])
})

test('the history is measured in event time', () => {
  const totals = { ...VIEW_STATE.totals, counted: 0, eventTime: VIEW_STATE.input.firstEventTime + days(2.5) }
  const [, , progress] = textOf({ ...VIEW_STATE, phase: 'history', totals })
  assert.match(progress!, /^history {6}█{8}·{22} 25 % {2}1,100 events, at 2026-01-03 12:00$/)
})

test('an input without an end has no bar, and one without labels no hits', () => {
  const { size: _, ...input } = VIEW_STATE.input
  const lines = textOf({ ...VIEW_STATE, input: { ...input, size: undefined, hasLabels: false } })
  assert.equal(lines[2], 'live         100 events, at 2026-01-13 00:00')
  assert.ok(!lines.some(line => line.startsWith('frauds')))
})

test('no line is longer than the terminal is wide', () => {
  for (const width of [1, 20, 61]) {
    const lines = textOf(VIEW_STATE, width)
    assert.ok(lines.every(line => line.length <= width))
  }
  assert.equal(textOf(VIEW_STATE, 20)[4], 'stage              …')
})

test('drift and dead letters stand out', () => {
  const drift = { verdicts: { judged: 1 }, latest: DRIFTED, retrainingRequests: ['small_model/1/0'] }
  const totals = { ...VIEW_STATE.totals, drift, deadLetters: { DUPLICATE: 2, NULL_VALUE: 1_000 } }
  const lines = renderFrame({ ...VIEW_STATE, totals }, 120).slice(-2)
  assert.deepStrictEqual(lines, [
    {
      text: 'drift        drift (window to 2026-01-06; PSI amount 0.40, score 0.01)   1 retraining request',
      style: 'alert',
    },
    { text: 'dead letters 1,000 NULL_VALUE, 2 DUPLICATE', style: 'alert' },
  ])
})

test('one line tells the same where there is no terminal', () => {
  assert.equal(
    renderLine(VIEW_STATE),
    'live 50 % · event time 2026-01-13 00:00 · 1,050 predictions (950/s) · lag 50 · frauds 3 caught 2 missed 1 false · p50 8 ms p99 1.2 s · drift –',
  )
})
