import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { decompress } from '../../../src/kafka/record-batch/decode-codec.ts'

const PLAIN = Buffer.from('plain')

test('gzip and zstd are built in', async () => {
  assert.deepEqual(await decompress(1, gzipSync(PLAIN)), PLAIN)
  assert.deepEqual(await decompress(4, zstdCompressSync(PLAIN)), PLAIN)
})

test('other codecs are those that were plugged into kafkajs', async t => {
  const before = kafkajs.CompressionCodecs[3]
  t.after(() => {
    kafkajs.CompressionCodecs[3] = before
  })
  kafkajs.CompressionCodecs[3] = () => ({
    compress: async () => PLAIN,
    decompress: async (bytes: Buffer) => Buffer.from(bytes.toReversed()),
  })
  assert.deepEqual(await decompress(3, Buffer.from('nialp')), PLAIN)
})

test('a codec that nobody plugged in is LOG_UNREADABLE, and so is what no codec reads', async () => {
  const advice = 'which is not built in. Let its producer use gzip or zstd, or none.'
  for (const [codec, name] of [
    [2, 'snappy'],
    [3, 'lz4'],
    [7, 'codec 7'],
  ] as const)
    await assert.rejects(decompress(codec, PLAIN), {
      code: 'LOG_UNREADABLE',
      message: `A batch is compressed by ${name}, ${advice}`,
    })
  await assert.rejects(decompress(1, PLAIN), {
    code: 'LOG_UNREADABLE',
    message: 'A batch compressed by gzip cannot be decompressed.',
  })
})
