import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EraseRecord, eraseMessage } from '@millrace/core'
import type { ScannedRecords, ScanRanges } from '@millrace/platform'
import { erasureTimes } from '../../src/history/erasure-times.ts'
import { findErasures } from '../../src/history/erasures.ts'

type Row = number | EraseRecord

/** A topic of one partition for each list: events by their times, and erase records; two records at a time. */
function topicOf(...partitions: readonly (readonly Row[])[]) {
  const scanned: ScanRanges[] = []
  return {
    scanned,
    ranges: new Map(partitions.map(({ length }, partition) => [partition, { low: 0, high: length }])),
    async *scan(ranges: ScanRanges): AsyncGenerator<ScannedRecords> {
      scanned.push(ranges)
      for (const [partition, { low, high }] of ranges) {
        for (let next = low; next < high; next += 2) {
          const rows = partitions[partition]!.slice(next, Math.min(high, next + 2))
          yield { partition, next, records: rows.map((row, i) => recordOf(row, next + i)) }
        }
      }
    },
    timesOf: async (records: ScannedRecords['records']) => records.map(({ value }) => Number(value)),
  }
}

function recordOf(row: Row, offset: number): ScannedRecords['records'][number] {
  const place = { offset, timestamp: 0 }
  if (typeof row === 'number') return { ...place, key: null, value: Buffer.from(String(row)), headers: {} }
  const { key, value, headers } = eraseMessage(row)
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
  return { ...place, key: Buffer.from(key), value, headers: Object.fromEntries(bytes) }
}

const command = (entity: string): EraseRecord => ({ entity, views: ['customer'] })

test('a tombstone tells its time, and only to the views that it names', async () => {
  const both = { entity: 'a', views: ['customer', 'card'], eventTime: 7.5 }
  const topic = topicOf([9, both, { entity: 'b', views: ['card'], eventTime: 8.5 }])
  assert.deepStrictEqual(await findErasures('customer', topic), [{ entity: 'a', time: 7.5 }])
  assert.deepStrictEqual(
    topic.scanned.map(({ size }) => size),
    [1, 0],
    'for a tombstone no event is read',
  )
})

test('a request by command comes just behind the newest event before it in its partition', async () => {
  const topic = topicOf(
    [command('too early'), 5, 9, 4, command('a'), 20, command('b'), command('c'), 30],
    [100, 101],
    [1, command('d')],
  )
  assert.deepStrictEqual(await findErasures('customer', topic), [
    { entity: 'a', time: 9.5 },
    { entity: 'b', time: 20.5 },
    { entity: 'c', time: 20.5 },
    { entity: 'd', time: 1.5 },
  ])
  const [, before] = topic.scanned
  assert.deepStrictEqual(
    [...before!],
    [
      [0, { low: 0, high: 7 }],
      [2, { low: 0, high: 1 }],
    ],
    'events are read as far as the last request',
  )
})

test('a record that asks for nothing is not passed over', async () => {
  const topic = topicOf([1])
  const broken = { ...recordOf(1, 0), value: null }
  await assert.rejects(
    findErasures('customer', {
      ...topic,
      async *scan() {
        yield { partition: 0, next: 1, records: [broken] }
      },
    }),
    { code: 'RECORD_UNREADABLE' },
  )
})

test('the times of an entity are in order, each once', () => {
  const erasures = [
    { entity: 'a', time: 9.5 },
    { entity: 'b', time: 3.5 },
    { entity: 'a', time: 1.5 },
    { entity: 'a', time: 9.5 },
  ]
  const upper = erasureTimes(erasures, entity => entity.toUpperCase())
  assert.deepStrictEqual(
    [...upper],
    [
      ['A', [1.5, 9.5]],
      ['B', [3.5]],
    ],
  )
})
