import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { scanRanges, scanTopic } from '../../src/kafka/topic-scan.ts'
import { ScriptedTopic } from './scripted-topic.ts'

/** The values that a scan brings of each partition. */
async function valuesOf(topic: ScriptedTopic, from?: ReadonlyMap<number, number>): Promise<string[]> {
  const ranges = await scanRanges(topic, topic.name, from)
  const values = topic.partitions.map(() => '')
  for await (const { partition, records } of scanTopic({ cluster: topic, topic: topic.name, ranges }))
    for (const { value } of records) values[partition] += String(value)
  return values
}

test('a scan brings every record up to the end as it stood at its start, and ends', async () => {
  const topic = new ScriptedTopic('clean', [[...'abcde'], [], [...'xyz']])
  topic.onAsked = () => {
    for (const values of topic.partitions) values.push('!')
  }
  assert.deepEqual(await valuesOf(topic), ['abcde', '', 'xyz'])
  assert.equal(topic.isOpen, false)
})

test('a scan from given offsets begins there, and at the earliest where none is given', async () => {
  const topic = new ScriptedTopic('clean', [[...'abcde'], [...'xyz'], [...'12']])
  topic.lows[1] = 2
  const from = new Map([
    [0, 3],
    [2, 2],
  ])
  assert.deepEqual(await valuesOf(topic, from), ['de', 'z', ''])
})

test('an empty topic is not even asked for', async () => {
  const topic = new ScriptedTopic('clean', [[], []])
  assert.deepEqual(await valuesOf(topic), ['', ''])
  assert.deepEqual(topic.asked, [])
})

test('an offset that the topic does not hold is refused', async () => {
  const topic = new ScriptedTopic('clean', [[...'abc']])
  topic.lows[0] = 1
  for (const offset of [0, 4]) {
    await assert.rejects(scanRanges(topic, 'clean', new Map([[0, offset]])), {
      code: 'HISTORY_LOST',
      details: { topic: 'clean', partition: 0, offset },
    })
  }
})

test('a log that is shortened under the scan ends it with HISTORY_LOST', async () => {
  const topic = new ScriptedTopic('clean', [[...'abcdef']])
  topic.onAsked = () => {
    topic.lows[0] = topic.asked.length > 1 ? 5 : 0
  }
  await assert.rejects(valuesOf(topic), {
    code: 'HISTORY_LOST',
    details: { topic: 'clean', partition: 0, offset: 2 },
  })
  assert.equal(topic.isOpen, false)
})

test('of a partition no more is fetched than one answer ahead of who reads', async () => {
  const topic = new ScriptedTopic('clean', [[...'abcdefgh']])
  const ranges = await scanRanges(topic, topic.name)
  const scan = scanTopic({ cluster: topic, topic: topic.name, ranges })
  await scan.next()
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(topic.asked, [['0@0'], ['0@2']])
  await scan.return()
  assert.equal(topic.isOpen, false)
})

test('brokers that bring nothing of what they hold are given up', async () => {
  const topic = new ScriptedTopic('clean', [[...'abc']])
  topic.pace = 0
  const ranges = await scanRanges(topic, topic.name)
  const scan = scanTopic({ cluster: topic, topic: topic.name, ranges, patienceMs: 20 })
  await assert.rejects(scan.next(), { code: 'BROKER_UNAVAILABLE', details: { topic: 'clean' } })
})

test('scans that go on where the last one ended bring every record once', async () => {
  await forEachSeed(30, async random => {
    const partitions = Array.from({ length: random.integer(1, 4) }, () =>
      Array.from({ length: random.integer(0, 20) }, () => String(random.integer(0, 9))),
    )
    const topic = new ScriptedTopic('clean', partitions)
    const read = partitions.map(() => '')
    const next = new Map<number, number>()
    while (partitions.some((values, partition) => (next.get(partition) ?? 0) < values.length)) {
      topic.pace = random.integer(1, 5)
      const ranges = await scanRanges(topic, topic.name, next)
      for await (const scanned of scanTopic({ cluster: topic, topic: topic.name, ranges })) {
        read[scanned.partition] += scanned.records.map(({ value }) => String(value)).join('')
        next.set(scanned.partition, scanned.next)
        if (random.chance(0.3)) break
      }
    }
    assert.deepEqual(
      read,
      partitions.map(values => values.join('')),
    )
  })
})
