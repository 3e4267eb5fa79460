import { createRequire } from 'node:module'
import type { PartitionAnswer } from '../../../src/kafka/fetch/fetch-response.ts'
import type { LogPosition } from '../../../src/kafka/fetch/fetch-source.ts'
import { ByteCursor } from '../../../src/kafka/record-batch/decode-cursor.ts'

const require = createRequire(import.meta.url)
const Encoder = require('kafkajs/src/protocol/encoder')
const Long = require('kafkajs/src/utils/long')

/** What a broker says of a partition; what is left out is without trouble, and empty. */
export type Answer = Pick<PartitionAnswer, 'topic' | 'partition'> & Partial<PartitionAnswer>

/** A Fetch response of version 11, as a broker encodes it. */
export function fetchResponse(answers: readonly Answer[], errorCode = 0): Buffer {
  const byTopic = Map.groupBy(answers, ({ topic }) => topic)
  const topics = [...byTopic].map(([topic, ofTopic]) =>
    new Encoder().writeString(topic).writeArray(ofTopic.map(encodePartition)),
  )
  return new Encoder().writeInt32(0).writeInt16(errorCode).writeInt32(0).writeArray(topics).buffer
}

function encodePartition(answer: Answer): unknown {
  const { partition, errorCode = 0, highWatermark = 0, lastStableOffset = highWatermark } = answer
  const { aborted = [], records = Buffer.alloc(0) } = answer
  const transactions = aborted.map(({ producerId, firstOffset }) =>
    new Encoder().writeInt64(Long.fromString(String(producerId))).writeInt64(Long.fromNumber(firstOffset)),
  )
  return new Encoder()
    .writeInt32(partition)
    .writeInt16(errorCode)
    .writeInt64(Long.fromNumber(highWatermark))
    .writeInt64(Long.fromNumber(lastStableOffset))
    .writeInt64(Long.fromNumber(0))
    .writeArray(transactions)
    .writeInt32(-1)
    .writeBytes(records)
}

/** What a Fetch request of version 11 asks for. */
export function readFetchRequest(body: Buffer): { maxWaitMs: number; positions: LogPosition[] } {
  const cursor = new ByteCursor(body, 4)
  const maxWaitMs = cursor.int32()
  cursor.at = 25
  const positions: LogPosition[] = []
  for (let topics = cursor.int32(); topics > 0; topics--) {
    const topic = cursor.string()
    for (let left = cursor.int32(); left > 0; left--) {
      const partition = cursor.int32()
      cursor.int32()
      positions.push({ topic, partition, offset: cursor.int64() })
      cursor.at += 12
    }
  }
  return { maxWaitMs, positions }
}
