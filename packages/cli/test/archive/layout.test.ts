import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definePipeline } from '@millrace/core'
import {
  type ArchiveFile,
  archiveColumns,
  archiveDate,
  archiveDates,
  archiveFileName,
  parseArchiveFileName,
} from '@millrace/platform/offline'
import { forEachSeed } from '@millrace/testkit'
import { pipeline } from '../fixtures.ts'

test('the name of a file is read back, whatever its topic is called', async () => {
  await forEachSeed(200, random => {
    const file: ArchiveFile = {
      kind: random.pick(['vectors', 'predictions', 'labels'] as const),
      date: archiveDate(random.integer(0, 4e12)),
      topic: random.pick(['a.v1.vectors', 'a-1', 'x-00001-0000000000000000', '_', 'A.b-']),
      partition: random.integer(0, 65_535),
      first: random.integer(0, 1e6),
      last: random.pick([1e6, Number.MAX_SAFE_INTEGER]),
    }
    assert.deepStrictEqual(parseArchiveFileName(archiveFileName(file)), file)
  })
})

test('what is no file of the archive has no such name', () => {
  for (const name of [
    '_positions/a-00000.json',
    'kind=vectors/a-00000-0000000000000000-0000000000000001.parquet',
    'kind=others/date=2026-01-01/a-00000-0000000000000000-0000000000000001.parquet',
    'kind=vectors/date=2026-01-01/a-00000-0000000000000000.parquet',
    'kind=vectors/date=2026-01-01/a-00000-0000000000000000-0000000000000001.parquet.crc',
  ])
    assert.equal(parseArchiveFileName(name), undefined, name)
})

test('names sort as partitions and offsets do', () => {
  const names = [
    [2, 9],
    [2, 10],
    [10, 0],
  ].map(([partition, first]) =>
    archiveFileName({
      kind: 'labels',
      date: '2026-01-01',
      topic: 't',
      partition: partition!,
      first: first!,
      last: 99,
    }),
  )
  assert.deepStrictEqual(names.toSorted(), names)
})

test('the days of a span are those of the event times in it, in UTC', () => {
  const midnight = Date.UTC(2026, 1, 28)
  assert.equal(archiveDate(midnight - 1), '2026-02-27')
  assert.deepStrictEqual(archiveDates(midnight - 1, midnight), ['2026-02-27'])
  assert.deepStrictEqual(archiveDates(midnight, midnight + 86_400_001), ['2026-02-28', '2026-03-01'])
  assert.deepStrictEqual(archiveDates(midnight, midnight), [])
})

test('the columns follow from the pipeline', () => {
  const named = (kind: Parameters<typeof archiveColumns>[1]) =>
    archiveColumns(pipeline, kind).map(column => `${column.name} ${column.kind}${column.optional ? '?' : ''}`)
  const rest = ['truncated flag', 'version integer', 'origin_partition integer', 'origin_offset integer']
  assert.deepStrictEqual(named('vectors'), [
    ...['id text', 'event_time timestamp', 'card text'],
    ...['amount double', 'payments_1d double', 'card_feature_time timestamp?'],
    ...rest,
  ])
  assert.deepStrictEqual(named('predictions'), [
    ...['id text', 'event_time timestamp', 'card text?', 'score double?'],
    ...['decision text', 'model_name text?', 'model_version text?', 'model_digest text?'],
    ...rest.map(column => (column.startsWith('origin') ? `${column}?` : column)),
    ...['via text', 'fallback_reason text?', 'fallback_action text?', 'shadow_version text?'],
    'shadow_score double?',
  ])
  assert.deepStrictEqual(named('labels'), [
    ...['paymentId text', 'card text', 'at timestamp', 'isFraud flag'],
    ...rest.slice(-2),
  ])
})

test('labels of a pipeline without an outcome, and two columns of one name, are refused', () => {
  const { outcome: _, ...rest } = pipeline
  assert.throws(() => archiveColumns(definePipeline(rest), 'labels'), { code: 'DECLARATION_INVALID' })
  const clashing = { ...pipeline, model: { ...pipeline.model, inputs: ['amount', 'version'] } }
  assert.throws(() => archiveColumns(clashing, 'vectors'), {
    code: 'DECLARATION_INVALID',
    message: /two columns "version"/,
  })
})
