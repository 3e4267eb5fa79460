import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describePlan } from '../../src/plan/describe-plan.ts'
import { formatSpan } from '../../src/plan/table.ts'
import { pipeline } from '../fixtures.ts'

test('the plan names topics with keys, stages, views, inputs in their order, schemas and the monitor', () => {
  const plan = describePlan(pipeline, { raw: 3, stage: 4 })
  assert.equal(plan[0], 'Pipeline small, version 1: namespace small.v1, scores each payment')
  const rows = plan.map(line => line.trim().replaceAll(/ {2,}/g, ' | '))
  for (const row of [
    'payments | raw | card | 3 | 8 days 1 hour | Avro or JSON',
    'small.v1.vectors | vectors | card | 4 | 8 days 1 hour | Avro',
    'small.drift | drift | – | 1 | 8 days 1 hour | JSON',
    'ingest-payment | ingestor | payments | small.v1.payment.clean, payments.dlq',
    'card | feature-builder | small.v1.payment.clean | small.v1.vectors',
    'card: one state for each card, from payment',
    'payments_1d | count, payment | 1 day',
    'small_model, in models; decisions: approve from 0, block from 0.5',
    '1 | amount | on demand, payment',
    '2 | payments_1d | view card',
    'payments | Avro | paymentId, card, at, amount',
    'windows of 1 day with at least 200 events, after 0 of warm-up',
  ]) {
    assert.ok(rows.includes(row), row)
  }
})

test('a duration is told in as many units as it takes', () => {
  assert.deepStrictEqual([0, 1, 60_000, 90_000, 86_400_000 + 3_600_000].map(formatSpan), [
    '0',
    '1 millisecond',
    '1 minute',
    '1 minute 30 seconds',
    '1 day 1 hour',
  ])
})
