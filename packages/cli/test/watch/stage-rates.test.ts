import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StageRates } from '../../src/watch/stage-rates.ts'

function metrics(records: number, lag: number): string {
  return [
    '# HELP records_processed_total Records handled.',
    `records_processed_total{stage="score",topic="v",outcome="ok",service="scorer"} ${records}`,
    `records_processed_total{stage="other",topic="v",outcome="ok",service="scorer"} 99`,
    `kafka_consumer_lag_records{group="fraud.v1.score",topic="v",partition="0"} ${lag}`,
    'process_cpu_seconds_total 5',
    '',
  ].join('\n')
}

test('records and lag are added over processes, and rates follow from the time between', () => {
  const rates = new StageRates('fraud.v1', ['score'])
  const update = (a: number, b: number, now: number): void =>
    rates.update(
      new Map([
        ['a', metrics(a, 3)],
        ['b', metrics(b, 4)],
      ]),
      now,
    )
  update(10, 5, 1_000)
  assert.deepStrictEqual(rates.views, [{ stage: 'score', records: 15, recordsPerSecond: 0, lag: 7 }])
  update(30, 5, 3_000)
  assert.deepStrictEqual(rates.views, [{ stage: 'score', records: 35, recordsPerSecond: 10, lag: 7 }])
})

test('a process that was started again counts on from what it had', () => {
  const rates = new StageRates('fraud.v1', ['score'])
  rates.update(new Map([['a', metrics(100, 0)]]), 0)
  rates.update(new Map([['a', metrics(20, 0)]]), 1_000)
  assert.deepStrictEqual(rates.views, [{ stage: 'score', records: 120, recordsPerSecond: 20, lag: 0 }])
})

test('a process that does not answer takes nothing back', () => {
  const rates = new StageRates('fraud.v1', ['score'])
  rates.update(new Map([['a', metrics(100, 2)]]), 0)
  rates.update(new Map(), 1_000)
  rates.update(new Map([['a', metrics(130, 0)]]), 2_000)
  assert.deepStrictEqual(rates.views, [{ stage: 'score', records: 130, recordsPerSecond: 30, lag: 0 }])
})
