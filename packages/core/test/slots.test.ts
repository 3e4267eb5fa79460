import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { forEachSeed } from '@millrace/testkit'
import { Slots, type Slotted } from '../src/slots.ts'

test('slots hold what a set holds that is added to and deleted from', () =>
  forEachSeed(20, random => {
    const slots = new Slots<Slotted>()
    const set = new Set<Slotted>()
    for (let step = 0; step < 500; step++) {
      const item = set.size > 0 && random.chance(0.5) ? random.pick([...set]) : {}
      const target = set.has(item) ? 'delete' : 'add'
      slots[target](item)
      set[target](item)
      assert.deepStrictEqual(new Set(slots), set)
    }
  }))

test('what is not in slots is deleted without effect', () => {
  const slots = new Slots<Slotted>()
  const [gone, present] = [{}, {}]
  slots.add(gone)
  slots.delete(gone)
  slots.add(present)
  slots.delete(gone)
  assert.deepStrictEqual([...slots], [present])
})

test('what went through slots does not fill the old generation', () => {
  const slots = new Slots<Slotted>()
  const waiting: Slotted[] = []
  collect()
  const before = oldBytes()
  for (let i = 0; i < 400_000; i++) {
    const item = { slot: undefined, weight: Array(100).fill(i) }
    slots.add(item)
    waiting.push(item)
    if (waiting.length > 20) slots.delete(waiting.shift()!)
  }
  assert.ok(oldBytes() - before < 4_000_000)
})

/** All that lives is in the old generation then. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

function oldBytes(): number {
  return getHeapSpaceStatistics().find(space => space.space_name === 'old_space')!.space_used_size
}
