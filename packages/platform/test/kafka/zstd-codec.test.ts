import assert from 'node:assert/strict'
import { test } from 'node:test'
import kafkajs from 'kafkajs'
import { plugInZstd } from '../../src/kafka/zstd-codec.ts'

const codecs = kafkajs.CompressionCodecs as Record<number, () => Codec>
const ZSTD = kafkajs.CompressionTypes.ZSTD

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>
  decompress(bytes: Buffer): Promise<Buffer>
}

test('kafkajs writes and reads zstd, and a codec that was there stays', async () => {
  assert.throws(() => codecs[ZSTD]!())
  plugInZstd()
  const { compress, decompress } = codecs[ZSTD]!()
  const buffer = Buffer.from('a'.repeat(1_000))
  const compressed = await compress({ buffer })
  assert.ok(compressed.length < 100)
  assert.deepEqual(await decompress(compressed), buffer)
  const own: Codec = { compress, decompress }
  codecs[ZSTD] = () => own
  plugInZstd()
  assert.equal(codecs[ZSTD]!(), own)
})
