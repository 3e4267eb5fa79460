import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { SeededRandom } from '@millrace/testkit'
import { type Message, Partitioners } from 'kafkajs'
import { groupInOnePass } from '../../src/kafka/group-by-partition.ts'

interface GroupInput {
  readonly topic: string
  readonly partitionMetadata: readonly { readonly partitionId: number }[]
  readonly messages: readonly Message[]
  readonly partitioner: unknown
}

/** The function of kafkajs itself, which the public API does not show. */
const kafkajsGroup: (input: GroupInput) => Record<string, Message[]> = createRequire(import.meta.url)(
  'kafkajs/src/producer/groupMessagesPerPartition',
)

test('kafkajs makes the same groups of messages that group themselves in one pass', () => {
  const random = new SeededRandom(1)
  const partitionMetadata = Array.from({ length: 5 }, (_, partitionId) => ({ partitionId }))
  const messages = Array.from(
    { length: 500 },
    (_, i): Message => ({ value: String(i), partition: random.integer(0, 4) }),
  )
  const input = { topic: 't', partitionMetadata, partitioner: Partitioners.DefaultPartitioner() }
  const expected = kafkajsGroup({ ...input, messages })
  const grouped = kafkajsGroup({ ...input, messages: groupInOnePass([...messages]) })
  assert.deepEqual({ ...grouped }, expected)
})
