import type { BrokerRequest } from './broker-request.ts'
import { ByteCursor } from './record-batch/decode-cursor.ts'

export const METADATA_KEY = 3
/** The first version that tells the ids of topics (Kafka 2.8); from 9 on requests and responses are of flexible length. */
export const METADATA_WITH_IDS = 10

/** A topic as the brokers have it now. */
export interface TopicFacts {
  /** Kafka's id, hexadecimal: another one when a topic of the same name was made anew. */
  readonly id: string
  readonly partitions: number
}

const NO_ID = '0'.repeat(32)
/** An empty section of tagged fields: behind the header, in both directions, and behind every structure. */
const NO_TAGS = 0

/** A Metadata request of version 10 for these topics. */
export function topicFactsRequest(topics: readonly string[]): BrokerRequest {
  const asked = topics.flatMap(topic => [
    Buffer.alloc(16),
    compactLength(Buffer.byteLength(topic)),
    Buffer.from(topic),
    Buffer.of(NO_TAGS),
  ])
  const noCreation = Buffer.of(0, 0, 0)
  return {
    apiKey: METADATA_KEY,
    apiName: 'Metadata',
    apiVersion: METADATA_WITH_IDS,
    body: [Buffer.of(NO_TAGS), compactLength(topics.length), ...asked, noCreation, Buffer.of(NO_TAGS)],
    throttleMs: response => response.readInt32BE(1),
  }
}

/** Reads the facts of each topic that exists from a Metadata response of version 10. */
export function decodeTopicFacts(body: Buffer): ReadonlyMap<string, TopicFacts> {
  const cursor = new ByteCursor(body, 1)
  cursor.int32()
  skipList(cursor, skipBroker)
  skipCompactText(cursor)
  cursor.int32()
  const facts = new Map<string, TopicFacts>()
  for (let left = cursor.unsignedVarint() - 1; left > 0; left--) {
    const errorCode = cursor.int16()
    const name = compactText(cursor)
    const id = cursor.bytes.toString('hex', cursor.at, cursor.at + 16)
    cursor.at += 17
    const partitions = skipList(cursor, skipPartition)
    cursor.int32()
    skipTags(cursor)
    if (errorCode === 0 && id !== NO_ID) facts.set(name, { id, partitions })
  }
  return facts
}

/** Lengths are written with one added, zero being null. */
function compactLength(length: number): Buffer {
  const bytes: number[] = []
  let rest = length + 1
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.of(...bytes, rest)
}

function compactText(cursor: ByteCursor): string {
  const length = cursor.unsignedVarint() - 1
  cursor.at += length
  return cursor.bytes.toString('utf8', cursor.at - length, cursor.at)
}

function skipCompactText(cursor: ByteCursor): void {
  const length = Math.max(0, cursor.unsignedVarint() - 1)
  cursor.at += length
}

/** Answers how many elements the list had. */
function skipList(cursor: ByteCursor, skip: (cursor: ByteCursor) => void): number {
  const length = Math.max(0, cursor.unsignedVarint() - 1)
  for (let i = 0; i < length; i++) skip(cursor)
  return length
}

function skipTags(cursor: ByteCursor): void {
  for (let left = cursor.unsignedVarint(); left > 0; left--) {
    cursor.unsignedVarint()
    const length = cursor.unsignedVarint()
    cursor.at += length
  }
}

/** Node, host, port, rack. */
function skipBroker(cursor: ByteCursor): void {
  cursor.at += 4
  skipCompactText(cursor)
  cursor.at += 4
  skipCompactText(cursor)
  skipTags(cursor)
}

/** Error, number, leader, epoch; replicas, those in sync, those offline. */
function skipPartition(cursor: ByteCursor): void {
  cursor.at += 14
  for (let lists = 0; lists < 3; lists++) skipList(cursor, skipNode)
  skipTags(cursor)
}

function skipNode(cursor: ByteCursor): void {
  cursor.at += 4
}
