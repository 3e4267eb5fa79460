import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchWriter } from '../../../src/kafka/record-batch/batch-writer.ts'
import { decodeRecordSet } from '../../../src/kafka/record-batch/decode-record-set.ts'

const IDENTITY = { id: 7n, epoch: 0 }
const EVERYTHING = Number.POSITIVE_INFINITY
const HEADER_BYTES = 61

/** CRC-32C bit by bit, as its polynomial defines it. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

test('the checksum of a batch is the CRC-32C of what follows it', () => {
  assert.equal(slowCrc32c(Buffer.from('123456789')), 0xe3069283)
  const writer = new BatchWriter()
  for (let i = 0; i < 300; i++)
    writer.append(i, `key-${i}`, Buffer.from(`value ${i}`), { i: `${i}` }, EVERYTHING)
  const bytes = writer.seal(IDENTITY, 5)
  assert.equal(bytes.readUInt32BE(17), slowCrc32c(bytes.subarray(21)))
})

test('a record takes the bytes that append tells, the first one those of the batch as well', () => {
  const writer = new BatchWriter()
  const taken = ['', 'a', 'x'.repeat(100)].map(key =>
    writer.append(0, key, null, { ü: ['1', '2'] }, EVERYTHING),
  )
  const total = taken.reduce((sum, size) => sum + size, 0)
  assert.equal(writer.seal(IDENTITY, 0).length, total)
  assert.equal(taken[0]! - taken[1]!, HEADER_BYTES - 1)
})

test('a text comes back as it was, whatever its letters and its length, however it came to be', async () => {
  const letters = ['', 'a', 'é', '€', '😀', '\ud800']
  const texts = letters.flatMap(letter => [letter, letter.repeat(47), `card-${letter.repeat(300)}`])
  const kinds = texts.flatMap(text => [text, `<${text}>`.slice(1, -1), Object.keys({ [text]: 0 })[0]!])
  const writer = new BatchWriter()
  for (const text of kinds) writer.append(0, text, text, { text }, EVERYTHING)
  const { records } = await decodeRecordSet(writer.seal(IDENTITY, 0), 0, [])
  const wanted = kinds.map(text => Buffer.from(text).toString())
  assert.deepStrictEqual(
    records.map(({ key, value, headers }) => [key, value, headers['text']].map(String)),
    wanted.map(text => [text, text, text]),
  )
})

test('a record for which there is no room leaves the batch as it was', () => {
  const writer = new BatchWriter()
  const value = Buffer.alloc(100)
  assert.equal(writer.append(1, 'k', value, undefined, 100), 0)
  assert.equal(writer.count, 0)
  const size = writer.append(1, 'k', value, undefined, EVERYTHING)
  const before = Buffer.from(writer.seal(IDENTITY, 0))
  assert.equal(writer.append(9, 'k', value, undefined, size - HEADER_BYTES - 1), 0)
  assert.deepEqual(writer.seal(IDENTITY, 0), before)
  assert.equal(writer.append(1, 'k', value, undefined, size - HEADER_BYTES), size - HEADER_BYTES)
})

test('a cleared writer makes the next batch as a new one does, also after a large record', () => {
  const used = new BatchWriter()
  used.append(1, 'other', Buffer.alloc(3_000_000), { other: '1' }, EVERYTHING)
  used.clear()
  const fresh = new BatchWriter()
  for (const writer of [used, fresh]) writer.append(2, 'k', Buffer.from('v'), undefined, EVERYTHING)
  assert.deepEqual(used.seal(IDENTITY, 3), fresh.seal(IDENTITY, 3))
})

test('a header without a value comes back without one', async () => {
  const writer = new BatchWriter()
  writer.append(1, 'k', null, { none: null, some: ['a', null] }, EVERYTHING)
  const { records } = await decodeRecordSet(writer.seal({ id: 1n, epoch: 0 }, 0), 0, [])
  assert.deepEqual(records[0]!.headers, { none: null, some: [Buffer.from('a'), null] })
})

test('an undefined header is no header, and a record without any has none', () => {
  const [without, withUndefined] = [undefined, { trace: undefined }].map(headers => {
    const writer = new BatchWriter()
    writer.append(0, 'k', Buffer.from('v'), headers, EVERYTHING)
    return Buffer.from(writer.seal(IDENTITY, 0))
  })
  assert.deepEqual(withUndefined, without)
})

test('a time before the first one of its batch is kept', () => {
  const writer = new BatchWriter()
  for (const time of [1_000, 900, 1_100]) writer.append(time, undefined, null, undefined, EVERYTHING)
  const bytes = writer.seal(IDENTITY, 0)
  assert.deepEqual([bytes.readBigInt64BE(27), bytes.readBigInt64BE(35)], [1_000n, 1_100n])
  const zigzag = Buffer.of(0xc7, 0x01) // −100
  assert.notEqual(bytes.indexOf(zigzag, HEADER_BYTES), -1)
})
