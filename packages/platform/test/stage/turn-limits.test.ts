import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_WRITE, type StateStore } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { OwnedPartition } from '../../src/stage/owned-partition.ts'
import { PartitionTask } from '../../src/stage/partition-task.ts'
import { arrivalLimits, RawLimits, StageLimits } from '../../src/stage/turn-limits.ts'
import { type Count, countingStage, offerKeys } from './counting-stage.ts'

type Owned = OwnedPartition<string, Count>

/** Partitions of a stage, each with a task. */
async function ownedPartitions(count: number): Promise<Owned[]> {
  const store = new MemoryNamespace().storeOf('counting')
  const options = { stage: countingStage, inputs: 1, order: 'strict', store } as const
  return Promise.all(
    Array.from({ length: count }, async (_, partition) => {
      const owned = new OwnedPartition<string, Count>(partition, 1)
      owned.activate(await PartitionTask.load({ ...options, partition, newId: () => 'w1' }))
      return owned
    }),
  )
}

/** A store in which the partitions of stage `upstream` have these watermarks. */
async function storeWith(watermarks: readonly number[]): Promise<StateStore> {
  const store = new MemoryNamespace().storeOf('upstream')
  for (const [partition, watermark] of watermarks.entries()) {
    const write = { follows: NO_WRITE, id: 'w1', checkpoint: '', states: new Map() }
    await store.write(partition, { ...write, watermark })
  }
  return store
}

const limitsOf = (partitions: readonly Owned[]): number[] => partitions.map(({ limit }) => limit)

test('under arrival order nothing waits', async () => {
  const owned = await ownedPartitions(2)
  await arrivalLimits().refresh(owned)
  assert.deepStrictEqual(limitsOf(owned), [Infinity, Infinity])
  assert.equal(arrivalLimits().upstreamOf(owned[0]!), -Infinity)
})

test('under arrival order a stage is written four times a second, and as soon as those need it who read its states', () => {
  assert.deepStrictEqual(arrivalLimits().writeInterval, { caughtUp: 250, behind: 1_000 })
  assert.deepStrictEqual(arrivalLimits({ writeWithin: 50 }).writeInterval, { caughtUp: 50, behind: 1_000 })
})

test('a raw partition may run ahead of the slowest by the skew', async () => {
  const owned = await ownedPartitions(1)
  const upstream = [{ stage: 'upstream', partitions: 2 }]
  const limits = new RawLimits(await storeWith([40, 30]), upstream, 7)
  await limits.refresh(owned)
  assert.deepStrictEqual(limitsOf(owned), [37])
  assert.equal(limits.upstreamOf(), undefined)
})

test('the lowest watermark is the limit of the partitions that have read up to the ends as of then', async () => {
  const owned = await ownedPartitions(2)
  offerKeys(owned[0]!.task!, ['a', 'b'])
  const upstream = [{ stage: 'upstream', partitions: 2 }]
  const ends = new Map([0, 1].map(partition => [partition, 2]))
  const limits = new StageLimits(await storeWith([40, 30]), upstream, async () => [ends])

  await limits.refresh(owned)
  assert.deepStrictEqual(limitsOf(owned), [30, -Infinity])
  assert.deepStrictEqual(
    owned.map(({ mustRead }) => mustRead),
    [false, true],
  )
  offerKeys(owned[1]!.task!, ['a', 'b'])
  await limits.refresh(owned)
  assert.deepStrictEqual(limitsOf(owned), [30, 30])
  assert.deepStrictEqual([owned[1]!.mustRead, limits.upstreamOf(owned[1]!)], [false, 30])
})

test('an upstream partition that has stored nothing yet holds everything back', async () => {
  const owned = await ownedPartitions(1)
  const limits = new StageLimits(
    await storeWith([40]),
    [{ stage: 'upstream', partitions: 2 }],
    async () => [],
  )
  await limits.refresh(owned)
  assert.deepStrictEqual(limitsOf(owned), [-Infinity])
})
