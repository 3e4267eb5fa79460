import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn, setImmediate } from 'node:timers/promises'
import { MillraceError, type StageOutput, type StateStore } from '@millrace/core'
import { MemoryNamespace, overrideStore } from '@millrace/testkit'
import { PackedStates } from '../../src/stage/states/packed-states.ts'
import { arrivalLimits } from '../../src/stage/turn-limits.ts'
import { countingInput, countingStage } from './counting-stage.ts'
import { startLoop, storedCounts } from './loop-harness.ts'

const PUBLISH_FAILED = new MillraceError('PUBLISH_FAILED', 'The broker is gone.')

/** A store that does something before each write of a partition. */
function storeWith(beforeWrite: (partition: number) => Promise<unknown>): StateStore {
  const store = new MemoryNamespace().storeOf('counting')
  return overrideStore(store, {
    async write(partition, write) {
      await beforeWrite(partition)
      return store.write(partition, write)
    },
  })
}

/** Writes as another owner of the partition would, without a change. */
async function writeAsAnother(store: StateStore, partition: number): Promise<void> {
  const { pair } = await store.load(partition)
  const write = { id: 'another', checkpoint: EMPTY_CHECKPOINT, watermark: -Infinity, states: new Map() }
  await store.write(partition, { ...write, follows: pair })
}

const EMPTY_CHECKPOINT = JSON.stringify({ version: 1, positions: [0], highest: [], latest: [] })

test('what every partition holds is handled, published in order and stored', async t => {
  const { published, told, store, roundUntil } = startLoop(t, { keys: [['a', 'b', 'a'], [], ['c']] })
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(published, [
    { offset: 0, count: 1 },
    { offset: 1, count: 1 },
    { offset: 2, count: 2 },
    { offset: 0, count: 1 },
  ])
  assert.deepStrictEqual(told, [
    ['handled', { partition: 0, records: 3, newestEventTime: 2 }],
    ['handled', { partition: 2, records: 1, newestEventTime: 0 }],
  ])
  assert.deepStrictEqual(await storedCounts(store, 0, ['a', 'b']), { sequence: 1, counts: [2, 1] })
  assert.deepStrictEqual(await storedCounts(store, 1, []), { sequence: 0, counts: [] })
})

test('a partition has at most a batch of records in each round', async t => {
  const { told, roundUntil } = startLoop(t, { keys: [['a', 'b', 'c']], batchSize: 2 })
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(told, [
    ['handled', { partition: 0, records: 2, newestEventTime: 1 }],
    ['handled', { partition: 0, records: 1, newestEventTime: 2 }],
  ])
})

test('a stage that is behind writes seldom, and when it has caught up', async t => {
  const limits = { ...arrivalLimits(), writeInterval: { caughtUp: 0, behind: 1e9 } }
  const { told, roundUntil } = startLoop(t, { keys: [['a', 'b', 'c', 'd', 'e']], batchSize: 2, limits })
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(told, [
    ['handled', { partition: 0, records: 2, newestEventTime: 1 }],
    ['handled', { partition: 0, records: 3, newestEventTime: 4 }],
  ])
})

test('when all that has arrived is handled no other round looks for more', async t => {
  let rounds = 0
  const arrival = arrivalLimits({ writeWithin: 0 })
  const refresh: typeof arrival.refresh = owned => {
    rounds++
    return arrival.refresh(owned)
  }
  const { told } = startLoop(t, { keys: [['a', 'b'], ['c']], limits: { ...arrival, refresh } })
  for (let turn = 0; turn < 100; turn++) await nextTurn()
  assert.deepStrictEqual([told.length, rounds], [2, 1])
})

test('a round handles small batches one after another and publishes them as one', async t => {
  const prepared: string[][] = []
  const prepare = async (records: readonly { value: string }[]): Promise<void> =>
    void prepared.push(records.map(({ value }) => value))
  const stage = { ...countingStage, prepare }
  const rounds: unknown[][] = []
  const publish = async (outputs: readonly StageOutput[]): Promise<void> =>
    void rounds.push(outputs.map(({ key }) => key))
  const keys = [
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    ['k', 'l', 'm'],
  ]
  const { told, store, roundUntil } = startLoop(t, { keys, stage, batchSize: 2, batchesPerRound: 3, publish })
  await roundUntil(() => told.length === 3)
  assert.deepStrictEqual(
    prepared.map(batch => batch.join('')),
    ['abkl', 'cdm', 'ef', 'g'],
  )
  assert.deepStrictEqual(
    rounds.map(round => round.join('')),
    ['abklcdmef', 'g'],
  )
  assert.deepStrictEqual(told, [
    ['handled', { partition: 0, records: 6, newestEventTime: 5 }],
    ['handled', { partition: 1, records: 3, newestEventTime: 2 }],
    ['handled', { partition: 0, records: 1, newestEventTime: 6 }],
  ])
  assert.deepStrictEqual(await storedCounts(store, 0, ['a', 'g']), { sequence: 2, counts: [1, 1] })
})

test('a batch that fails takes the outputs of those before it in its round along', async t => {
  let batches = 0
  const prepare = async (): Promise<void> => {
    if (++batches === 2) throw new MillraceError('MODEL_UNAVAILABLE', 'The model is gone.')
  }
  const stage = { ...countingStage, prepare }
  const keys = [['a', 'a', 'a']]
  const options = { keys, stage, batchSize: 1, batchesPerRound: 3 }
  const { told, published, store, roundUntil } = startLoop(t, options)
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(told, [
    ['retrying', 'MODEL_UNAVAILABLE'],
    ['handled', { partition: 0, records: 3, newestEventTime: 2 }],
  ])
  assert.deepStrictEqual(
    published,
    [1, 2, 3].map((count, offset) => ({ offset, count })),
  )
  assert.deepStrictEqual(await storedCounts(store, 0, ['a']), { sequence: 1, counts: [3] })
})

test('a partition that is refused within a round has nothing of it written, and is handled anew', async t => {
  const inner = new MemoryNamespace().storeOf('counting')
  let reads = 0
  const store = overrideStore(inner, {
    read: async (...request) => (++reads === 2 ? 'refused' : inner.read(...request)),
  })
  const options = { keys: [['a', 'b']], store, batchSize: 1, batchesPerRound: 2 }
  const { loop, source, told, published, roundUntil } = startLoop(t, options)
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(told, [
    ['refused', 0],
    ['handled', { partition: 0, records: 2, newestEventTime: 1 }],
  ])
  assert.deepStrictEqual([source.loads, loop.isUnwritten], [[0, 0], false])
  // What the first batch led to was on its way, and comes again.
  assert.deepStrictEqual(published, [
    { offset: 0, count: 1 },
    { offset: 0, count: 1 },
    { offset: 1, count: 1 },
  ])
})

test('states are written when all outputs are acknowledged', async t => {
  const steps: string[] = []
  const store = storeWith(async () => steps.push('write'))
  const publish = async (): Promise<void> => void steps.push('publish')
  const { told, roundUntil } = startLoop(t, { keys: [['a'], ['b']], store, publish })
  await roundUntil(() => told.length > 0)
  assert.deepStrictEqual(steps, ['publish', 'write', 'write'])
})

test('a partition whose write is refused is loaded anew, the others go on', async t => {
  const taken: number[] = []
  const store = storeWith(async partition => {
    if (partition !== 1 || taken.length > 0) return
    taken.push(partition)
    await writeAsAnother(store, partition)
  })
  const { source, told, published, roundUntil } = startLoop(t, { keys: [['a'], ['b']], store })
  await roundUntil(() => told.length === 3)
  assert.deepStrictEqual(source.loads, [0, 1, 1])
  assert.deepStrictEqual(told, [
    ['handled', { partition: 0, records: 1, newestEventTime: 0 }],
    ['refused', 1],
    ['handled', { partition: 1, records: 1, newestEventTime: 0 }],
  ])
  assert.equal(published.length, 3)
  assert.deepStrictEqual(await storedCounts(store, 1, ['b']), { sequence: 2, counts: [1] })
})

test('a partition whose read is refused publishes nothing and is loaded anew', async t => {
  const inner = new MemoryNamespace().storeOf('counting')
  let reads = 0
  const store = overrideStore(inner, {
    read: async (...request) => (reads++ === 0 ? 'refused' : inner.read(...request)),
  })
  const { source, told, published, roundUntil } = startLoop(t, { keys: [['a']], store })
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(
    [source.loads, told[0], published],
    [[0, 0], ['refused', 0], [{ offset: 0, count: 1 }]],
  )
})

test('when publishing fails nothing is written, and everything is dropped and tried again', async t => {
  let writesBefore: number | undefined
  let writes = 0
  const store = storeWith(async () => writes++)
  const publish = async (): Promise<void> => {
    if (writesBefore !== undefined) return
    writesBefore = writes
    throw PUBLISH_FAILED
  }
  const { source, told, roundUntil } = startLoop(t, { keys: [['a', 'a'], ['b']], store, publish })
  await roundUntil(() => told.length === 3)
  assert.deepStrictEqual(told[0], ['retrying', 'PUBLISH_FAILED'])
  assert.deepStrictEqual([writesBefore, source.loads], [0, [0, 1, 0, 1]])
  assert.deepStrictEqual(await storedCounts(store, 0, ['a']), { sequence: 1, counts: [2] })
})

test('a store that does not answer is asked again', async t => {
  let attempts = 0
  const store = storeWith(async () => {
    if (attempts++ === 0) throw new MillraceError('STORE_UNAVAILABLE', 'Redis is gone.')
  })
  const { told, roundUntil } = startLoop(t, { keys: [['a']], store })
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(told[0], ['retrying', 'STORE_UNAVAILABLE'])
  assert.deepStrictEqual(await storedCounts(store, 0, ['a']), { sequence: 1, counts: [1] })
})

test('what arrives does not end the wait after a failure, a reconnect does', async t => {
  const asked: number[] = []
  const backoff = (failures: number): number => {
    asked.push(failures)
    return 60_000
  }
  let attempts = 0
  const store = storeWith(async () => {
    if (attempts++ < 2) throw new MillraceError('STORE_UNAVAILABLE', 'Redis is gone.')
  })
  const { loop, told, roundUntil } = startLoop(t, { keys: [['a']], store, backoff })
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await setImmediate()
  }
  await turns()
  loop.wake()
  await turns()
  assert.deepStrictEqual([asked, told], [[1], [['retrying', 'STORE_UNAVAILABLE']]])
  loop.checkOwnership()
  await turns()
  assert.deepStrictEqual(asked, [1, 2])
  loop.checkOwnership()
  await roundUntil(() => told.length === 3)
  assert.deepStrictEqual(await storedCounts(store, 0, ['a']), { sequence: 1, counts: [1] })
})

test('an idle partition that another wrote is loaded anew at the next look', async t => {
  const { loop, source, store, told, roundUntil } = startLoop(t, { keys: [['a']] })
  await roundUntil(() => told.length === 1)
  await writeAsAnother(store, 0)
  loop.checkOwnership()
  await roundUntil(() => told.length === 3)
  assert.deepStrictEqual(told[1], ['refused', 0])
  assert.deepStrictEqual(source.loads, [0, 0])
})

test('stop finishes the round at work', async t => {
  const publishing = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const publish = (): Promise<void> => {
    started.resolve()
    return publishing.promise
  }
  const { loop, store, running } = startLoop(t, { keys: [['a']], publish })
  await started.promise
  loop.stop()
  publishing.resolve()
  await running
  assert.deepStrictEqual(await storedCounts(store, 0, ['a']), { sequence: 1, counts: [1] })
})

test('a last write that the store does not take is owned up to', async t => {
  let writes = 0
  const store = storeWith(async () => {
    if (writes++ > 0) throw new MillraceError('STORE_UNAVAILABLE', 'Redis is gone.')
  })
  let rounds = 0
  const publish = async (): Promise<void> => {
    if (++rounds === 2) harness.loop.stop()
  }
  const limits = { ...arrivalLimits(), writeInterval: { caughtUp: 60_000, behind: 60_000 } }
  const harness = startLoop(t, { keys: [['a', 'b', 'c']], batchSize: 2, store, publish, limits })
  await harness.running
  assert.deepStrictEqual(
    [harness.loop.isUnwritten, harness.told.at(-1)],
    [true, ['retrying', 'STORE_UNAVAILABLE']],
  )
})

test('an error that no new attempt mends ends the loop', async t => {
  const lost = new MillraceError('HISTORY_LOST', 'The topic was shortened.')
  const failing = { ...countingInput, decode: () => Promise.reject(lost) }
  await assert.rejects(startLoop(t, { keys: [['a']], inputs: [failing] }).running, lost)

  const unforeseen = new TypeError('unforeseen')
  const stage = { ...countingStage, prepare: () => Promise.reject(unforeseen) }
  await assert.rejects(startLoop(t, { keys: [['a']], stage }).running, unforeseen)
})

test('a stage prepares the records of all partitions together, before its steps', async t => {
  const prepared: string[][] = []
  const prepare = async (records: readonly { value: string }[]): Promise<void> =>
    void prepared.push(records.map(({ value }) => value))
  const stage = { ...countingStage, prepare }
  const { told, roundUntil } = startLoop(t, { keys: [['a', 'b'], ['c']], stage })
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(prepared[0], ['a', 'b', 'c'])
})

test('skipped repeats are reported', async t => {
  const parent = { partition: 0, input: 0, via: 0, offset: 5 }
  const repeating = {
    ...countingInput,
    decode: (...request: Parameters<typeof countingInput.decode>) =>
      (countingInput.decode(...request) as { eventTime: number }[]).map(record => ({ ...record, parent })),
  }
  const { told, roundUntil } = startLoop(t, { keys: [['a', 'a', 'a']], inputs: [repeating] })
  await roundUntil(() => told.length === 2)
  assert.deepStrictEqual(told, [
    ['repeatsSkipped', 2],
    ['handled', { partition: 0, records: 1, newestEventTime: 0 }],
  ])
})

test('what was handled of a topic that is another one by now is written before the partition is loaded anew', async t => {
  const limits = { ...arrivalLimits(), writeInterval: { caughtUp: 0, behind: 1e9 } }
  let rounds = 0
  const publish = async (): Promise<void> => {
    const [owned] = source.owned()
    if (++rounds === 2) owned!.retire()
  }
  const keys = [['a', 'b', 'c', 'd', 'e']]
  const { source, store, told, roundUntil } = startLoop(t, { keys, batchSize: 2, limits, publish })
  await roundUntil(() => told.length === 3)
  assert.deepStrictEqual(
    told.map(([what, facts]) => [what, (facts as { records: number }).records]),
    [
      ['handled', 2],
      ['handled', 2],
      ['handled', 1],
    ],
  )
  assert.deepStrictEqual(source.loads, [0, 0])
  assert.deepStrictEqual((await storedCounts(store, 0, keys[0]!)).counts, [1, 1, 1, 1, 1])
})

test('states in use that take too much memory are written early, and those that were not used are forgotten', async t => {
  const limits = { ...arrivalLimits(), writeInterval: { caughtUp: 1e9, behind: 1e9 } }
  const keys = [['a', 'b', 'c', 'd', 'c', 'd']]
  // One of these states and no more.
  const cachedBytes = new PackedStates().bytes + 20
  const { store, uses, roundUntil } = startLoop(t, { keys, batchSize: 2, limits, cachedBytes })
  await roundUntil(() => uses.length === 3)
  assert.deepStrictEqual(
    uses.map(({ states, misses, evictions }) => ({ states, misses, evictions })),
    [
      { states: 1, misses: 2, evictions: 1 },
      { states: 1, misses: 2, evictions: 2 },
      { states: 1, misses: 1, evictions: 1 },
    ],
  )
  assert.deepStrictEqual(await storedCounts(store, 0, ['a', 'b', 'c', 'd']), {
    sequence: 3,
    counts: [1, 1, 2, 2],
  })
})
