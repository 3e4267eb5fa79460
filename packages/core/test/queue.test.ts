import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { Queue } from '../src/queue.ts'

test('a queue holds what an array holds that is pushed to and shifted from, also far beyond its first items', () =>
  forEachSeed(20, random => {
    const queue = new Queue<number>()
    const array: number[] = []
    const growth = random.pick([0.45, 0.5, 0.55])
    for (let step = 0; step < 5_000; step++) {
      if (random.chance(growth) || step < 1_500) {
        queue.push(step)
        array.push(step)
      } else assert.equal(queue.shift(), array.shift())
      assert.deepStrictEqual([queue.length, queue.first], [array.length, array[0]])
      if (step % 500 === 0) assert.deepStrictEqual(queue.toArray(), array)
    }
  }))
