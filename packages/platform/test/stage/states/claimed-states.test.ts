import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_WRITE, type Stage, type StateStore, type TakenRecord, type WritePair } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { ClaimedStates, isClaiming } from '../../../src/stage/states/claimed-states.ts'

/** A record whose value is its key, claimed by its offset; one in capitals only looks, one that is empty has no key. */
const stage = {
  name: 'claiming',
  stateTtl: Infinity,
  codec: { encode: (offset: number) => Uint8Array.of(offset), decode: ([offset]: Uint8Array) => offset! },
  keyOf: ({ value }: TakenRecord<string>) => value.toLowerCase() || undefined,
  claimOf: ({ value, offset }: TakenRecord<string>) => (value === value.toLowerCase() ? offset : undefined),
  step: () => undefined,
} satisfies Stage<string, number>

function recordsOf(keys: readonly string[], from = 0): TakenRecord<string>[] {
  return keys.map((value, i) => ({ input: 0, offset: from + i, eventTime: 0, lateByMs: 0, value }))
}

function open(): { states: ClaimedStates<string, number>; store: StateStore } {
  const store = new MemoryNamespace().storeOf('claiming')
  let ids = 0
  return { store, states: new ClaimedStates(stage, store, 0, () => `p${ids++}`) }
}

test('a stage with claims is told from one without', () => {
  assert.deepEqual([isClaiming(stage), isClaiming({ ...stage, claimOf: undefined } as never)], [true, false])
})

test('a claim is stored as its key is looked at, and whoever comes next finds it, in the round and behind it', async () => {
  const { states, store } = open()
  const pair = (await states.fetch(recordsOf(['a', '', 'b', 'a']), NO_WRITE)) as WritePair
  assert.deepEqual(
    [0, 1, 2, 3].map(i => states.get(i)),
    [undefined, undefined, undefined, 0],
  )
  assert.deepEqual(await store.read(0, pair, ['a', 'b']), [Uint8Array.of(0), Uint8Array.of(2)])
  states.put(0, 0)
  states.put(2, 2)
  assert.deepEqual([...states.takeChanged()], [])
  states.endRound()
  await states.fetch(recordsOf(['', 'b'], 4), pair)
  assert.deepEqual([states.get(0), states.get(1)], [undefined, 2])
})

test('what replaces a claim, or was not to be claimed, is left to the write, and found meanwhile', async () => {
  const { states, store } = open()
  let pair = (await states.fetch(recordsOf(['a', 'B']), NO_WRITE)) as WritePair
  states.put(1, 1)
  states.endRound()
  pair = (await states.fetch(recordsOf(['a', 'b', 'a', 'b'], 4), pair)) as WritePair
  assert.deepEqual([states.get(0), states.get(1)], [0, 1])
  states.put(0, 4)
  assert.equal(states.get(2), 4)
  assert.deepEqual(await store.read(0, pair, ['a']), [Uint8Array.of(0)])
  const changed = { a: Uint8Array.of(4), b: Uint8Array.of(1) }
  assert.deepEqual(Object.fromEntries([...states.takeChanged()].toSorted()), changed)
  assert.deepEqual([...states.takeChanged()], [])
})

test('an erased claim is free until it is stored', async () => {
  const { states } = open()
  const pair = (await states.fetch(recordsOf(['a']), NO_WRITE)) as WritePair
  states.endRound()
  await states.fetch(recordsOf(['a', 'a'], 1), pair)
  states.put(0, null)
  assert.equal(states.get(1), undefined)
  assert.deepEqual([...states.takeChanged()], [['a', null]])
})

test('records without a key ask for nothing', async () => {
  const { states } = open()
  assert.deepEqual(await states.fetch(recordsOf(['', '']), NO_WRITE), NO_WRITE)
})

test('a round of a former owner is refused', async () => {
  const { states, store } = open()
  await store.putIfAbsent(0, { follows: NO_WRITE, id: 'other', keys: [], values: [] })
  assert.equal(await states.fetch(recordsOf(['a']), NO_WRITE), 'refused')
})
