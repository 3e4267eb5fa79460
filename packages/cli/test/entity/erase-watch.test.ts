import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BY_COMMAND, emptyCheckpoint, encodeCheckpoint, pairKey, type StateStore } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { EraseWatch } from '../../src/entity/erase-watch.ts'

/** Stores what a stage partition with two inputs handled last by command in each. */
async function store(to: StateStore, handled: readonly number[]): Promise<void> {
  const { pair: follows } = await to.load(3)
  const highest = new Map(handled.map((offset, input) => [pairKey(input, BY_COMMAND), offset]))
  const checkpoint = encodeCheckpoint({ ...emptyCheckpoint(2), highest })
  const id = handled.join()
  await to.write(3, { follows, id, checkpoint, watermark: 0, states: new Map() })
}

test('a request is handled when the checkpoint says so of every input', async () => {
  const stage = new MemoryNamespace().storeOf('card')
  const watch = await EraseWatch.start(stage, 3)
  await store(stage, [4, 2])
  await watch.untilHandled([4, 2], 0)
  for (const offsets of [
    [5, 2],
    [4, 3],
  ])
    await assert.rejects(watch.untilHandled(offsets, 0), { code: 'ERASE_PENDING' })
})

test('what was handled before the request is not taken for it', async () => {
  const stage = new MemoryNamespace().storeOf('card')
  await store(stage, [900, 900])
  const watch = await EraseWatch.start(stage, 3)
  await assert.rejects(watch.untilHandled([0, 0], 0), { code: 'ERASE_PENDING' })
  await store(stage, [901, 900])
  await assert.rejects(watch.untilHandled([0, 0], 0), { code: 'ERASE_PENDING' })
  await store(stage, [901, 901])
  await watch.untilHandled([0, 0], 0)
})

test('a request that is handled while it is waited for ends the wait', async () => {
  const stage = new MemoryNamespace().storeOf('card')
  const watch = await EraseWatch.start(stage, 3)
  const waiting = watch.untilHandled([0, 0], 60_000)
  await store(stage, [0, 0])
  await waiting
})
