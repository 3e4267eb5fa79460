import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryNamespace } from '@millrace/testkit'
import { OwnedPartition } from '../../src/stage/owned-partition.ts'
import { PartitionTask } from '../../src/stage/partition-task.ts'
import { type Count, countingStage, messagesOf, recordsOf } from './counting-stage.ts'

async function loadTask(): Promise<PartitionTask<string, Count>> {
  const store = new MemoryNamespace().storeOf('counting')
  const options = { stage: countingStage, partition: 0, inputs: 2, order: 'arrival', store } as const
  return PartitionTask.load({ ...options, cachedBytes: 1, newId: () => 'w1' })
}

test('messages below the offset wanted are dropped, and the others move it on', () => {
  const owned = new OwnedPartition<string, Count>(0, 2)
  owned.put(1, messagesOf(['a', 'b']))
  owned.put(1, messagesOf(['b', 'c'], 1))
  owned.put(1, messagesOf(['c'], 2))
  owned.put(0, messagesOf([]))
  assert.deepStrictEqual([owned.fetched, owned.backlog], [[0, 3], 3])
  const inbox = owned
    .takeInbox(Infinity)
    .map(({ input, messages }) => ({ input, offsets: messages.map(m => m.offset) }))
  assert.deepStrictEqual(inbox, [
    { input: 1, offsets: ['0', '1'] },
    { input: 1, offsets: ['2'] },
  ])
  assert.deepStrictEqual([owned.takeInbox(Infinity), owned.backlog], [[], 0])
})

test('messages leave in their order, no more than wanted', () => {
  const owned = new OwnedPartition<string, Count>(0, 2)
  owned.put(0, messagesOf(['a', 'b', 'c']))
  owned.put(1, messagesOf(['d']))
  const taken = [2, 0, 9].map(most =>
    owned.takeInbox(most).map(({ input, messages }) => [input, ...messages.map(m => Number(m.offset))]),
  )
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

test('a task makes it read from where that stands', async () => {
  const owned = new OwnedPartition<string, Count>(0, 2)
  owned.put(0, messagesOf(['a', 'b', 'c']))
  const task = await loadTask()
  for (const record of recordsOf(['a'])) task.offer(record)
  owned.activate(task)
  assert.deepStrictEqual([owned.fetched, owned.takeInbox(Infinity)], [[1, 0], []])
})

test('the backlog counts what was fetched and what waits in the task', async () => {
  const owned = new OwnedPartition<string, Count>(0, 2)
  const task = await loadTask()
  owned.activate(task)
  for (const record of recordsOf(['a', 'b'])) task.offer(record)
  owned.put(1, messagesOf(['c']))
  assert.equal(owned.backlog, 3)
  owned.limit = 5
  owned.drop()
  assert.deepStrictEqual([owned.backlog, owned.limit, owned.task], [0, -Infinity, undefined])
})
