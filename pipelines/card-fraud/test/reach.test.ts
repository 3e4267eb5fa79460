import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PURPOSE, Random } from '../simulator/random.ts'
import { type Point, reachableFrom } from '../simulator/reach.ts'

const random = new Random(3, PURPOSE.terminalPlace, 0)
const place = (): Point => ({ x: 100 * random.uniform(), y: 100 * random.uniform() })
const places = Array.from({ length: 500 }, place)

test('the grid finds exactly the places that a look at all of them finds, in their order', () => {
  for (const radius of [0.5, 5, 33.3, 200]) {
    const near = reachableFrom(places, radius)
    for (let round = 0; round < 50; round++) {
      const from = place()
      const all = [...places.keys()].filter(
        i => Math.hypot(places[i]!.x - from.x, places[i]!.y - from.y) < radius,
      )
      assert.deepStrictEqual(near(from), all)
    }
  }
})

test('a place at exactly the radius is out of reach', () => {
  const near = reachableFrom(
    [
      { x: 3, y: 4 },
      { x: 3, y: 3.9 },
    ],
    5,
  )
  assert.deepStrictEqual(near({ x: 0, y: 0 }), [1])
})
