import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunPace } from '../../src/batching/run-pace.ts'

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`)

test('the time of a run lies on the line through a small and a large batch', () => {
  const pace = new RunPace({ rows: 1, took: 0.03 }, { rows: 65, took: 0.35 })
  close(pace.expected(1), 0.03)
  close(pace.expected(33), 0.19)
  close(pace.expected(129), 0.67)
})

test('a large batch that took less than a small one costs nothing by the row', () => {
  const pace = new RunPace({ rows: 1, took: 0.2 }, { rows: 64, took: 0.1 })
  close(pace.expected(1), 0.2)
  close(pace.expected(500), 0.2)
})

test('slower runs raise what is expected, step by step, and a single slow one by little', () => {
  const pace = new RunPace({ rows: 1, took: 1 }, { rows: 11, took: 11 })
  pace.observe({ rows: 4, took: 4_000 })
  close(pace.expected(4), 4 * (1 + 0.05 * 9))
  for (let run = 0; run < 500; run++) pace.observe({ rows: 4, took: 8 })
  assert.ok(Math.abs(pace.expected(10) - 20) < 1e-6)
})

test('a model that takes no time that can be measured is expected to take none', () => {
  const pace = new RunPace({ rows: 1, took: 0 }, { rows: 64, took: 0 })
  pace.observe({ rows: 1, took: 0.1 })
  pace.observe({ rows: 1, took: 0 })
  assert.ok(pace.expected(100) === 0)
})
