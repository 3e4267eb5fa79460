import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gathering } from '../../../src/kafka/fetch/gathering.ts'

/** How many of so many looks are due, of which each finds something or none does. */
function looks(gathering: Gathering, count: number, found: boolean): number {
  let made = 0
  for (let i = 0; i < count; i++) {
    if (!gathering.isDue()) continue
    made++
    gathering.looked(found)
  }
  return made
}

test('as long as looks bring something, or have not brought nothing often, each is made', () => {
  const gathering = new Gathering()
  assert.equal(looks(gathering, 100, true), 100)
  assert.equal(looks(gathering, 7, false), 7)
  assert.equal(looks(gathering, 1, true), 1)
  assert.equal(looks(gathering, 8, false), 8)
})

test('when they bring nothing, one in 64 is made, until one brings something', () => {
  const gathering = new Gathering()
  looks(gathering, 8, false)
  assert.equal(looks(gathering, 640, false), 10)
  assert.equal(looks(gathering, 64, true), 1)
  assert.equal(looks(gathering, 100, true), 100)
})
