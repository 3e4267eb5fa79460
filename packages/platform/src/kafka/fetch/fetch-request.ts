import { type BrokerRequest, FETCH_KEY } from '../broker-request.ts'
import type { LogPosition } from './fetch-source.ts'

/** Bytes of one partition in a response, and of all: a backlog comes in pieces that a stage handles in some rounds. */
const MAX_PARTITION_BYTES = 262_144
const MAX_BYTES = 8_388_608

const READ_COMMITTED = 1
/** Bytes before the topics, of an empty topic, and of a partition. */
const HEAD = 29
const TOPIC = 6
const PARTITION = 28
/** No list of forgotten topics, and no rack. */
const TAIL = 6

/** A Fetch request of version 11, without a session: every partition is named each time. */
export function fetchRequest(positions: readonly LogPosition[], maxWaitMs: number): BrokerRequest {
  return {
    apiKey: FETCH_KEY,
    apiName: 'Fetch',
    apiVersion: 11,
    body: [encode(positions, maxWaitMs)],
    throttleMs: response => response.readInt32BE(0),
  }
}

function encode(positions: readonly LogPosition[], maxWaitMs: number): Buffer {
  const topics = Map.groupBy(positions, ({ topic }) => topic)
  let size = HEAD + TAIL + positions.length * PARTITION
  for (const topic of topics.keys()) size += TOPIC + Buffer.byteLength(topic)
  const body = Buffer.alloc(size)
  let at = body.writeInt32BE(-1)
  at = body.writeInt32BE(maxWaitMs, at)
  at = body.writeInt32BE(1, at)
  at = body.writeInt32BE(MAX_BYTES, at)
  at = body.writeInt8(READ_COMMITTED, at)
  at = body.writeInt32BE(0, at)
  at = body.writeInt32BE(-1, at)
  at = body.writeInt32BE(topics.size, at)
  for (const [topic, ofTopic] of topics) {
    at = body.writeInt16BE(Buffer.byteLength(topic), at)
    at += body.write(topic, at)
    at = body.writeInt32BE(ofTopic.length, at)
    for (const position of ofTopic) at = writePartition(body, position, at)
  }
  return body
}

function writePartition(body: Buffer, { partition, offset }: LogPosition, start: number): number {
  let at = body.writeInt32BE(partition, start)
  at = body.writeInt32BE(-1, at)
  at = body.writeBigInt64BE(BigInt(offset), at)
  at = body.writeBigInt64BE(-1n, at)
  return body.writeInt32BE(MAX_PARTITION_BYTES, at)
}
