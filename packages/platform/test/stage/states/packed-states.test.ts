import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { NOT_KEPT, PackedStates } from '../../../src/stage/states/packed-states.ts'
import { StateKeys } from '../../../src/stage/states/state-key.ts'

const keys = new StateKeys()

interface Kept {
  readonly encoding: Uint8Array | undefined
  readonly changes: number
}

function read(states: PackedStates, text: string): Kept | undefined {
  const slot = states.find(keys.of(text))
  if (slot === NOT_KEPT) return undefined
  return { encoding: states.at(slot)?.slice(), changes: states.changesAt(slot) }
}

function randomKept(random: SeededRandom): Kept {
  const length = random.pick([0, 1, random.integer(0, 300), random.integer(0, 60_000)])
  const encoding = random.chance(0.1) ? undefined : new Uint8Array(length).fill(random.integer(0, 255))
  return { encoding, changes: random.integer(0, 4) }
}

test('what is put, put anew, stored, deleted and joined is what a plain map holds', () =>
  forEachSeed(40, random => {
    const states = new PackedStates()
    const map = new Map<string, Kept>()
    // Keys that are prefixes of each other, are empty, or hold what UTF-8 cannot say.
    const texts = Array.from({ length: 200 }, (_, i) => random.pick(['', 'é', '\ud800', '😀']) + (i || ''))
    for (let step = 0; step < 1_000; step++) {
      const text = random.pick(texts)
      const key = keys.of(text)
      const known = map.get(text)
      if (random.chance(0.5)) {
        const kept = randomKept(random)
        states.put(key, kept.encoding, kept.changes)
        map.set(text, kept)
      } else if (random.chance(0.3)) {
        states.delete(key)
        map.delete(text)
      } else if (known !== undefined) {
        states.stored(states.find(key))
        map.set(text, { ...known, changes: 0 })
      } else assert.equal(read(states, text), undefined)
      if (random.chance(0.02)) states.join()
      assert.deepStrictEqual(read(states, text), map.get(text))
    }
    assert.equal(states.count, map.size)
    for (const text of texts) assert.deepStrictEqual(read(states, text), map.get(text))
  }))

test('above the bound what is stored is forgotten, first what was not used since', () => {
  const states = new PackedStates()
  for (let i = 0; i < 100; i++) states.put(keys.of(String(i)), new Uint8Array(1_000), 0)
  assert.equal(states.forget(states.bytes), 0)
  // The hand comes by all of them once, and begins with the second round.
  assert.equal(states.forget(states.bytes - 10), 1)
  const used = Array.from({ length: 50 }, (_, i) => String(2 * i)).filter(text => read(states, text))
  states.forget(states.bytes - 40_000)
  for (const text of used) assert.ok(read(states, text), text)
  assert.ok(states.count < 65)
})

test('what is not stored is never forgotten', () => {
  const states = new PackedStates()
  for (let i = 0; i < 100; i++) states.put(keys.of(String(i)), Uint8Array.of(i), i % 3)
  states.forget(0)
  for (let i = 0; i < 100; i++) assert.equal(read(states, String(i)) !== undefined, i % 3 !== 0)
})

test('however often states grow, shrink and go, they take little more memory than they say', () =>
  forEachSeed(5, random => {
    const states = new PackedStates()
    for (let step = 0; step < 20_000; step++) {
      const length = step % 4_000 < 2_000 ? random.integer(10, 90) : random.integer(2_000, 4_000)
      states.put(keys.of(String(random.integer(0, 2_000))), new Uint8Array(length), 0)
      if (random.chance(0.01)) states.forget(2_000_000)
      if (random.chance(0.01)) {
        states.join()
        assert.ok(states.reservedBytes <= 1.25 * states.bytes + 1_300_000)
      }
    }
  }))

test('more changes than there is room to count are still changes', () => {
  const states = new PackedStates()
  states.put(keys.of('a'), undefined, 2 ** 40)
  assert.deepStrictEqual(read(states, 'a'), { encoding: undefined, changes: 2 ** 24 - 1 })
})
