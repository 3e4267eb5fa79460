import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { KeyTable } from '../../../src/stage/states/key-table.ts'
import { type StateKey, StateKeys } from '../../../src/stage/states/state-key.ts'

interface Entry {
  readonly key: StateKey
  readonly value: number
}

test('what is added, deleted and cleared is what a plain map holds, also where keys share a slot', () =>
  forEachSeed(60, random => {
    const table = new KeyTable<Entry>()
    const map = new Map<string, Entry>()
    const texts = Array.from({ length: random.pick([5, 300]) }, (_, i) => String(i))
    // Few hashes, some of them at the end of the table: rows of slots go on at its beginning.
    const ends = random.pick([[-1], [-1, -2, 62, 0], undefined])
    const keys = new StateKeys()
    const keyOf = new Map(
      texts.map(text => [text, ends === undefined ? keys.of(text) : { text, hash: random.pick(ends) }]),
    )
    for (let step = 0; step < 600; step++) {
      const text = random.pick(texts)
      const key = keyOf.get(text)!
      if (map.has(text) && random.chance(0.5)) {
        table.delete(key)
        map.delete(text)
      } else if (!map.has(text)) {
        const entry = { key, value: step }
        table.add(entry)
        map.set(text, entry)
      }
      if (random.chance(0.002)) {
        table.clear()
        map.clear()
      }
      assert.equal(table.find({ ...key }), map.get(text))
      assert.equal(table.count, map.size)
    }
    for (const text of texts) assert.equal(table.find(keyOf.get(text)!), map.get(text), text)
    const listed = Array.from({ length: table.slots }, (_, slot) => table.at(slot)).filter(Boolean)
    assert.deepStrictEqual(new Set(listed), new Set(map.values()))
  }))

test('a key has the same hash each time, and another by another seed', () => {
  const keys = new StateKeys()
  assert.deepStrictEqual(keys.of('card-1'), keys.of(['card', '1'].join('-')))
  const others = Array.from({ length: 8 }, () => new StateKeys().of('card-1').hash)
  assert.ok(new Set(others).size > 1)
})
