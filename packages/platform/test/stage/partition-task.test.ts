import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { positionOf, type Stage, type StageOutput, type StateStore, type TakenRecord } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { PartitionTask } from '../../src/stage/partition-task.ts'
import { type Count, countingStage, offerKeys } from './counting-stage.ts'

type Task = PartitionTask<string, Count>

/** Counts keys, and forgets one at a record of it with `!` behind. */
const forgettingStage: Stage<string, Count> = {
  ...countingStage,
  keyOf: ({ value }) => value.replace('!', ''),
  step: (state, record, context) =>
    record.value.endsWith('!') ? null : countingStage.step(state, record, context),
}

function load(store: StateStore, stage = countingStage): Promise<Task> {
  const options = { stage, partition: 0, inputs: 1, order: 'arrival', store } as const
  return PartitionTask.load({ ...options, newId: randomUUID })
}

/** Offers keys from an offset on and handles them at once. */
async function handle(task: Task, keys: readonly string[], from = 0): Promise<unknown> {
  offerKeys(task, keys, { from })
  return valuesOf(await task.handle(task.take(Infinity, keys.length)))
}

function valuesOf(outputs: readonly StageOutput[] | 'refused'): unknown {
  return outputs === 'refused' ? outputs : outputs.map(({ value }) => value)
}

async function countOf(store: StateStore, key: string): Promise<number | undefined> {
  const { pair } = await store.load(0)
  const values = await store.read(0, pair, [key])
  return values === 'refused' ? undefined : values[0]?.[0]
}

test('a task goes on from the states and the position that another one wrote', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const first = await load(store)
  assert.deepStrictEqual(await handle(first, ['a', 'a']), [
    { offset: 0, count: 1 },
    { offset: 1, count: 2 },
  ])
  assert.equal(await first.write(undefined), 'written')
  assert.deepStrictEqual(first.positions, [2])

  const second = await load(store)
  assert.deepStrictEqual([second.cursor(0), second.positions, second.watermark], [2, [2], 0])
  assert.deepStrictEqual(await handle(second, ['a'], 2), [{ offset: 2, count: 3 }])
})

test('what is handled in a later round than it was offered in is written too', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const task = await load(store)
  offerKeys(task, ['a', 'b'], { eventTime: 7 })
  for (const [i, key] of ['a', 'b'].entries()) {
    await task.handle(task.take(Infinity, 1))
    assert.equal(await task.write(undefined), 'written')
    assert.equal(await countOf(store, key), 1)
    assert.deepStrictEqual(task.positions, [i + 1])
  }
})

test('nothing is written while nothing changed', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const task = await load(store)
  await handle(task, ['a'])
  await task.write(undefined)
  const { pair } = task
  await task.write(undefined)
  assert.deepStrictEqual([task.pair, (await store.load(0)).pair], [pair, pair])
})

test('a former owner can neither write nor read what it has not in memory', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const [former, owner] = [await load(store), await load(store)]
  await handle(owner, ['a'])
  await owner.write(undefined)

  assert.equal(await handle(former, ['a']), 'refused')
  assert.equal(await former.write(undefined), 'refused')
  assert.equal(await countOf(store, 'a'), 1)
})

test('a state that memory let go of is read again', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const task = await load(store)
  await handle(task, ['a', 'b', 'c', 'a'])
  task.cache!.forget(0)
  const { bytes, ...kept } = task.cache!.takeUse()
  assert.deepStrictEqual(kept, { states: 3, hits: 1, misses: 3, evictions: 0 })
  await task.write(undefined)
  task.cache!.forget(0)
  const { states, evictions, bytes: left } = task.cache!.takeUse()
  assert.deepStrictEqual([states, evictions], [0, 3])
  assert.ok(left < bytes)
  assert.deepStrictEqual(await handle(task, ['a', 'b', 'c'], 4), [
    { offset: 4, count: 3 },
    { offset: 5, count: 2 },
    { offset: 6, count: 2 },
  ])
  const { hits, misses } = task.cache!.takeUse()
  assert.deepStrictEqual([hits, misses], [0, 3])
})

test('the state of a key that most records have is encoded once for each write, and read once', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const encoded: number[] = []
  const encode = (state: Count): Uint8Array => {
    encoded.push(state.count)
    return countingStage.codec.encode(state)
  }
  const task = await load(store, { ...countingStage, codec: { ...countingStage.codec, encode } })
  for (let round = 0; round < 20; round++) {
    await handle(task, Array(10).fill('hot'), round * 10)
    if (round % 10 === 9) await task.write(undefined)
  }
  assert.deepStrictEqual(encoded, [100, 200])
  const { states, hits, misses } = task.cache!.takeUse()
  assert.deepStrictEqual([states, hits, misses], [1, 199, 1])
})

test('a state with few events between two writes is packed for the write, one with more is kept as it is', async () => {
  const done: string[] = []
  const codec: typeof countingStage.codec = {
    encode(state) {
      done.push(`encode ${state.count}`)
      return countingStage.codec.encode(state)
    },
    decode(bytes) {
      const state = countingStage.codec.decode(bytes)
      done.push(`decode ${state.count}`)
      return state
    },
  }
  const task = await load(new MemoryNamespace().storeOf('counting'), { ...countingStage, codec })
  let offset = 0
  const doneBy = async (work: 'handle' | 'write'): Promise<string> => {
    if (work === 'handle') await handle(task, ['a'], offset++)
    else await task.write(undefined)
    return done.splice(0).join(', ')
  }
  assert.equal(await doneBy('handle'), 'encode 1')
  assert.equal(await doneBy('write'), '')
  assert.equal(await doneBy('handle'), 'decode 1, encode 2')
  assert.equal(await doneBy('handle'), 'decode 2, encode 3')
  assert.equal(await doneBy('handle'), 'decode 3')
  assert.equal(await doneBy('write'), 'encode 4')
  assert.equal(await doneBy('handle'), '')
  assert.equal(await doneBy('write'), 'encode 5')
  assert.equal(await doneBy('handle'), 'decode 5, encode 6')
})

test('an erased state is gone before the write, in the store after it, and for whoever comes next', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const task = await load(store, forgettingStage)
  await handle(task, ['a', 'a', 'b'])
  await task.write(undefined)
  assert.deepStrictEqual(await handle(task, ['a!', 'a', 'a!'], 3), [{ offset: 4, count: 1 }])
  assert.equal(await countOf(store, 'a'), 2)
  await task.write(undefined)
  assert.deepStrictEqual([await countOf(store, 'a'), await countOf(store, 'b')], [undefined, 1])
  const next = await load(store, forgettingStage)
  assert.deepStrictEqual(await handle(next, ['a', 'b'], 6), [
    { offset: 6, count: 1 },
    { offset: 7, count: 2 },
  ])
})

test('an erased state is not read again from the store that still holds it', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const first = await load(store, forgettingStage)
  await handle(first, ['a', 'a'])
  await first.write(undefined)
  const task = await load(store, forgettingStage)
  assert.deepStrictEqual(await handle(task, ['a!'], 2), [])
  assert.deepStrictEqual(await handle(task, ['a'], 3), [{ offset: 3, count: 1 }])
})

test('a batch has no more records than wanted, and none beyond the limit', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const options = { stage: countingStage, partition: 0, inputs: 1, order: 'strict', store } as const
  const task = await PartitionTask.load({ ...options, newId: randomUUID })
  offerKeys(task, ['a', 'b', 'c', 'd'])
  const offsets = (records: readonly TakenRecord<string>[]): number[] => records.map(({ offset }) => offset)
  assert.deepStrictEqual(offsets(task.take(2, 2)), [0, 1])
  assert.deepStrictEqual(offsets(task.take(2, 2)), [2])
  assert.equal(task.waiting, 1)
})

test('a checkpoint of another version is refused', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const checkpoint = JSON.stringify({ version: 0 })
  const { pair: follows } = await store.load(0)
  await store.write(0, { follows, id: 'w1', checkpoint, watermark: 0, states: new Map() })
  await assert.rejects(load(store), { code: 'CHECKPOINT_VERSION_UNKNOWN' })
})

test('which log is read is stored before anything of it is handled, and again only when it is another one', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const logs = async (): Promise<unknown> => JSON.parse((await store.load(0)).checkpoint!).logs
  for (const [topicId, isAnew, position, sequence] of [
    ['one', false, 0, 1],
    ['one', false, 0, 1],
    ['two', true, positionOf(1, 0), 2],
  ] as const) {
    const task = await load(store)
    task.startAt([{ position, topicId, isAnew }])
    assert.equal(task.isUnidentified, task.pair.sequence < sequence)
    await task.write(undefined)
    assert.deepStrictEqual([task.isUnidentified, task.pair.sequence], [false, sequence])
    assert.deepStrictEqual([task.positions, await logs()], [[position], [{ topicId }]])
  }
})

test('the records of a topic that was made anew stand above those before, and are not late for them', async () => {
  const store = new MemoryNamespace().storeOf('counting')
  const task = await load(store)
  await handle(task, ['a', 'b'])
  await task.write(undefined)
  const again = await load(store)
  again.startAt([{ position: positionOf(1, 0), topicId: undefined, isAnew: true }])
  offerKeys(again, ['a'], { eventTime: -5 })
  const [taken] = again.take(Infinity, 1)
  assert.deepStrictEqual([taken!.offset, taken!.lateByMs], [positionOf(1, 0), 0])
})
