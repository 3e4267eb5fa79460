import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_WRITE } from '@millrace/core'
import { MemoryNamespace, testStateStore } from '../src/index.ts'

testStateStore('memory', async () => {
  const namespace = new MemoryNamespace()
  return stage => namespace.storeOf(stage)
})

test('a restored snapshot has states and pair as they were, and refuses what followed', async () => {
  const namespace = new MemoryNamespace()
  const store = namespace.storeOf('stage')
  const body = { checkpoint: 'body', watermark: 0 }
  const first = await store.write(0, { ...body, follows: NO_WRITE, id: 'w1', states: stateOf(1) })
  assert.ok(first !== 'refused')
  const snapshot = namespace.snapshot()
  const second = await store.write(0, { ...body, follows: first, id: 'w2', states: stateOf(2) })
  assert.ok(second !== 'refused')

  namespace.restore(snapshot)
  assert.deepStrictEqual(await store.read(0, first, ['a']), [Uint8Array.of(1)])
  assert.equal(await store.read(0, second, ['a']), 'refused')
  assert.equal(await store.write(0, { ...body, follows: second, id: 'w3', states: stateOf(3) }), 'refused')
})

test('of a cluster only some nodes lose their last writes', async () => {
  const namespace = new MemoryNamespace()
  const stores = ['lost', 'kept'].map(stage => namespace.storeOf(stage))
  const before = namespace.snapshot()
  const write = { checkpoint: 'body', watermark: 0, follows: NO_WRITE, id: 'w1', states: stateOf(1) }
  for (const store of stores) await store.write(0, write)

  namespace.restore(before, partition => partition === 'lost/0')
  const [lost, kept] = await Promise.all(stores.map(store => store.load(0)))
  assert.deepStrictEqual([lost?.pair, kept?.pair], [NO_WRITE, { sequence: 1, id: 'w1' }])
})

function stateOf(value: number): ReadonlyMap<string, Uint8Array> {
  return new Map([['a', Uint8Array.of(value)]])
}
