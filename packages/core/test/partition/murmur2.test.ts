import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@millrace/testkit'
import { Partitioners } from 'kafkajs'
import { hashText, murmur2, partitionOf } from '../../src/index.ts'

const ALPHABET = ['a', 'Z', '0', '-', ' ', 'ß', 'é', 'Ж', '€', '漢', '😀']

function randomKey(random: SeededRandom): string {
  return Array.from({ length: random.integer(0, 20) }, () => random.pick(ALPHABET)).join('')
}

test('hashes are those of the Java client (org.apache.kafka.common.utils.UtilsTest)', () => {
  const golden = {
    '21': -973932308,
    foobar: -790332482,
    'a-little-bit-long-string': -985981536,
    'a-little-bit-longer-string': -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
    abc: 479470107,
  }
  const hashes = Object.keys(golden).map(key => hashText(key) | 0)
  assert.deepStrictEqual(hashes, Object.values(golden))
})

test("partitions are those of kafkajs' Java-compatible partitioner", () => {
  const random = new SeededRandom(1)
  const choose = Partitioners.DefaultPartitioner()
  for (let i = 0; i < 2_000; i++) {
    const key = randomKey(random)
    const partitions = random.integer(1, 50)
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      leader: 1,
      partitionErrorCode: 0,
      replicas: [],
      isr: [],
    }))
    const expected = choose({ topic: 'any', partitionMetadata, message: { key, value: null } })
    assert.equal(partitionOf(key, partitions), expected, `key ${JSON.stringify(key)}`)
  }
})

test('a text and its UTF-8 bytes belong to the same partition', () => {
  assert.equal(partitionOf('Straße', 97), partitionOf(new TextEncoder().encode('Straße'), 97))
  assert.equal(murmur2(new TextEncoder().encode('Straße')), hashText('Straße'))
})
