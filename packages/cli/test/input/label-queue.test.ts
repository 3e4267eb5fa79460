import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LabelQueue } from '../../src/input/label-queue.ts'

test('labels come out by time, and by arrival where times are equal', () => {
  const queue = new LabelQueue<number>()
  const times = Array.from({ length: 500 }, (_, index) => (index * 7_919) % 50)
  for (const [index, time] of times.entries()) queue.add(index, time)
  const sorted = [...times.keys()].sort((a, b) => times[a]! - times[b]! || a - b)
  assert.deepStrictEqual([...queue.takeUntil(1_000)], sorted)
  assert.equal(queue.size, 0)
})

test('a label that is not known yet stays', () => {
  const queue = new LabelQueue<string>()
  for (const [label, time] of Object.entries({ later: 30, now: 20, before: 10 })) queue.add(label, time)
  assert.deepStrictEqual([...queue.takeUntil(20)], ['before', 'now'])
  assert.deepStrictEqual([...queue.takeUntil(29)], [])
  assert.deepStrictEqual([...queue.takeUntil(30)], ['later'])
})
