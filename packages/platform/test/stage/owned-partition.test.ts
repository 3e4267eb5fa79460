import assert from 'node:assert/strict'
import { test } from 'node:test'
import { positionOf } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { OwnedPartition } from '../../src/stage/owned-partition.ts'
import { PartitionTask } from '../../src/stage/partition-task.ts'
import { type Count, countingStage, fetchedOf, offerKeys } from './counting-stage.ts'

async function loadTask(): Promise<PartitionTask<string, Count>> {
  const store = new MemoryNamespace().storeOf('counting')
  const options = { stage: countingStage, partition: 0, inputs: 2, order: 'arrival', store } as const
  return PartitionTask.load({ ...options, newId: () => 'w1' })
}

async function activePartition(): Promise<OwnedPartition<string, Count>> {
  const owned = new OwnedPartition<string, Count>(0, 2)
  owned.activate(await loadTask())
  return owned
}

/** What is taken from the inbox, as input and offsets. */
const take = (owned: OwnedPartition<string, Count>, most = Infinity): unknown[] =>
  owned.takeInbox(most).map(({ input, messages }) => [input, ...messages.map(({ offset }) => offset)])

test('what a fetch brings is taken in where it is wanted, and moves the place that is wanted', async () => {
  const owned = await activePartition()
  owned.put(1, fetchedOf(['a', 'b']))
  owned.put(1, fetchedOf(['b', 'c'], 1))
  owned.put(1, fetchedOf(['c'], 2))
  owned.put(0, { ...fetchedOf([]), next: 4 })
  assert.deepStrictEqual([owned.fetched, owned.ends, owned.backlog], [[4, 3], [10, 13], 3])
  assert.deepStrictEqual(take(owned), [
    [1, 0, 1],
    [1, 2],
  ])
  assert.deepStrictEqual([take(owned), owned.backlog], [[], 0])
})

test('messages leave in their order, no more than wanted', async () => {
  const owned = await activePartition()
  owned.put(0, fetchedOf(['a', 'b', 'c']))
  owned.put(1, fetchedOf(['d']))
  const taken = [2, 0, 9].map(most => take(owned, most))
  assert.deepStrictEqual(taken, [
    [[0, 0, 1]],
    [],
    [
      [0, 2],
      [1, 0],
    ],
  ])
  assert.equal(owned.backlog, 0)
})

test('without a task nothing is taken in', () => {
  const owned = new OwnedPartition<string, Count>(0, 2)
  owned.put(0, fetchedOf(['a']))
  assert.deepStrictEqual([owned.fetched, take(owned)], [[0, 0], []])
})

test('a task makes it read from where that stands, or from where the log begins', async () => {
  const owned = await activePartition()
  owned.put(0, fetchedOf(['a', 'b', 'c']))
  const task = await loadTask()
  offerKeys(task, ['a'])
  owned.activate(task)
  assert.deepStrictEqual([owned.fetched, take(owned)], [[1, 0], []])
  const starts = [0, 5].map(position => ({ position, topicId: undefined, isAnew: false }))
  owned.activate(task, starts)
  assert.deepStrictEqual(owned.fetched, [1, 5])
})

test('of a topic that was made anew it reads the offsets of the new one', async () => {
  const owned = await activePartition()
  const task = await loadTask()
  owned.activate(task, [
    { position: positionOf(1, 2), topicId: 'new', isAnew: true },
    { position: 0, topicId: undefined, isAnew: false },
  ])
  assert.deepStrictEqual(
    [owned.fetched, task.positions],
    [
      [2, 0],
      [positionOf(1, 2), 0],
    ],
  )
})

test('the backlog counts what was fetched and what waits in the task', async () => {
  const owned = new OwnedPartition<string, Count>(0, 2)
  const task = await loadTask()
  owned.activate(task)
  offerKeys(task, ['a', 'b'])
  owned.put(1, fetchedOf(['c']))
  assert.equal(owned.backlog, 3)
  owned.limit = 5
  owned.drop()
  assert.deepStrictEqual([owned.backlog, owned.limit, owned.task], [0, -Infinity, undefined])
})
