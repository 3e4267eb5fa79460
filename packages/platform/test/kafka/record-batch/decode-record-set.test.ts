import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@millrace/testkit'
import type { LogRecord } from '../../../src/kafka/record-batch/decode-record.ts'
import { decodeRecordSet } from '../../../src/kafka/record-batch/decode-record-set.ts'
import { batchOf, markerOf, plain, type SentRecord } from './encoded-batch.ts'

const letters = (text: string): SentRecord[] => [...text].map(value => ({ value: Buffer.from(value) }))

/** The values of records, as one text. */
const textOf = (records: readonly LogRecord[]): string => records.map(({ value }) => String(value)).join('')

function randomBytes(random: SeededRandom): Buffer | null {
  if (random.chance(0.1)) return null
  return Buffer.from(Array.from({ length: random.integer(0, 300) }, () => random.integer(0, 255)))
}

function randomRecord(random: SeededRandom): Required<Omit<SentRecord, 'offsetDelta'>> {
  const value = (): Buffer => randomBytes(random) ?? Buffer.alloc(0)
  const headers = {
    ...(random.chance(0.3) ? { trace: value() } : {}),
    ...(random.chance(0.3) ? { 'viele Köpfe': [value(), value()] } : {}),
  }
  return {
    key: randomBytes(random),
    value: randomBytes(random),
    headers,
    timestampDelta: random.integer(0, 100_000),
  }
}

test('random batches, plain and by gzip, are read as kafkajs writes them', async () => {
  const random = new SeededRandom(1)
  for (let round = 0; round < 30; round++) {
    const baseOffset = random.integer(0, 2 ** 40)
    const firstTimestamp = random.integer(0, 2 ** 41)
    const records = Array.from({ length: random.integer(1, 40) }, () => randomRecord(random))
    const batch = await batchOf(records, { baseOffset, firstTimestamp, codec: round % 2 })
    const decoded = await decodeRecordSet(batch, baseOffset, [])
    const expected = records.map(({ timestampDelta, ...record }, i) => ({
      offset: baseOffset + i,
      timestamp: firstTimestamp + timestampDelta,
      ...record,
    }))
    assert.deepEqual(decoded.records.map(plain), expected)
    assert.equal(decoded.next, baseOffset + records.length)
  }
})

test('of batches that are cut off at any byte the whole ones are read', async () => {
  const batches = await Promise.all(
    ['ab', 'c', 'def'].map((text, i) => batchOf(letters(text), { baseOffset: 10 * i, codec: i % 2 })),
  )
  const bytes = Buffer.concat(batches)
  const ends = batches.map((_, i) => Buffer.concat(batches.slice(0, i + 1)).length)
  const expected = [
    ['', 0],
    ['ab', 2],
    ['abc', 11],
    ['abcdef', 23],
  ]
  for (let length = 0; length <= bytes.length; length++) {
    const { records, next } = await decodeRecordSet(bytes.subarray(0, length), 0, [])
    const whole = ends.filter(end => end <= length).length
    assert.deepEqual([textOf(records), next], expected[whole], `cut off after ${length} bytes`)
  }
})

test('a batch that begins before the wanted offset gives what is from there on', async () => {
  const bytes = Buffer.concat([
    await batchOf(letters('abc'), { baseOffset: 5 }),
    await batchOf(letters('def'), { baseOffset: 8, codec: 1 }),
  ])
  const values = async (from: number) => textOf((await decodeRecordSet(bytes, from, [])).records)
  assert.deepEqual(await Promise.all([5, 7, 8, 10, 11].map(values)), ['abcdef', 'cdef', 'def', 'f', ''])
  assert.equal((await decodeRecordSet(bytes, 11, [])).next, 11)
})

test('a compacted batch leaves its gaps behind, also at its end', async () => {
  const kept = { value: Buffer.from('b'), offsetDelta: 3 }
  const batch = await batchOf([kept], { baseOffset: 5 })
  batch.writeInt32BE(9, 23)
  const { records, next } = await decodeRecordSet(batch, 5, [])
  assert.deepEqual([records.map(({ offset }) => offset), next], [[8], 15])
})

test('where a topic keeps the time of the append, all records of a batch have that', async () => {
  const batch = await batchOf([...letters('a'), { timestampDelta: 5 }], {
    firstTimestamp: 100,
    maxTimestamp: 900,
    isAppendTime: true,
  })
  const { records } = await decodeRecordSet(batch, 0, [])
  assert.deepEqual(
    records.map(({ timestamp }) => timestamp),
    [900, 900],
  )
})

test('markers are no records, and an aborted transaction gives none', async () => {
  const transactional = { isTransactional: true }
  const bytes = Buffer.concat([
    await batchOf(letters('a'), { baseOffset: 0, producerId: 1, ...transactional }),
    await batchOf(letters('b'), { baseOffset: 1, producerId: 2, ...transactional }),
    await batchOf(letters('c'), { baseOffset: 2, producerId: 1 }),
    await markerOf('abort', 3, 1),
    await batchOf(letters('d'), { baseOffset: 4, producerId: 1, ...transactional }),
    await markerOf('commit', 5, 1),
    await markerOf('commit', 6, 2),
  ])
  const { records, next } = await decodeRecordSet(bytes, 0, [{ producerId: 1n, firstOffset: 0 }])
  assert.deepEqual([textOf(records), next], ['bcd', 7])
})

test('a commit marker does not end what an abort marker has to end', async () => {
  const transactional = { isTransactional: true, producerId: 1 }
  const bytes = Buffer.concat([
    await markerOf('commit', 0, 1),
    await batchOf(letters('a'), { baseOffset: 1, ...transactional }),
    await markerOf('abort', 2, 1),
    await batchOf(letters('b'), { baseOffset: 3, ...transactional }),
    await markerOf('abort', 4, 1),
    await batchOf(letters('c'), { baseOffset: 5, ...transactional }),
  ])
  const aborted = [
    { producerId: 1n, firstOffset: 3 },
    { producerId: 1n, firstOffset: 1 },
  ]
  const { records } = await decodeRecordSet(bytes, 0, aborted)
  assert.equal(textOf(records), 'c')
})

test('a header without a value is there, alone and among several of its name', async () => {
  const batch = await batchOf([{ headers: { a: Buffer.alloc(0), b: [Buffer.from('1'), Buffer.alloc(0)] } }])
  // Kafka writes −1, as the varint 1, for the length of no value.
  const firstEmpty = batch.indexOf(Buffer.from([2, 'a'.charCodeAt(0), 0]))
  batch[firstEmpty + 2] = 1
  batch[batch.length - 1] = 1
  const { records } = await decodeRecordSet(batch, 0, [])
  assert.deepEqual(records[0]!.headers, { a: null, b: [Buffer.from('1'), null] })
})

test('a batch of the formats before Kafka 0.11 is LOG_UNREADABLE', async () => {
  for (const magic of [0, 1]) {
    const batch = await batchOf(letters('a'))
    batch[16] = magic
    await assert.rejects(decodeRecordSet(batch, 0, []), {
      code: 'LOG_UNREADABLE',
      message: `A batch has the format ${magic} of a Kafka before 0.11. Let the broker convert the topic, or copy its records into a new one.`,
    })
  }
})

test('a batch whose sizes do not fit is LOG_UNREADABLE', async () => {
  const damages: ((batch: Buffer) => unknown)[] = [
    batch => batch.writeInt32BE(40, 8),
    batch => batch.writeInt8(127, 61),
    batch => batch.writeInt8(1, 61),
    batch => batch.writeInt32BE(2, 57),
  ]
  for (const damage of damages) {
    const batch = await batchOf(letters('a'), { baseOffset: 7 })
    damage(batch)
    await assert.rejects(decodeRecordSet(batch, 0, []), {
      code: 'LOG_UNREADABLE',
      message: 'The batch at offset 7 is damaged: its sizes do not fit.',
    })
  }
})
