import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findStale, schemaFiles } from '../../src/commands/schemas.ts'
import { pipeline } from '../fixtures.ts'

test('every topic whose values follow a schema has its file', () => {
  assert.deepStrictEqual(
    [...schemaFiles(pipeline).keys()],
    [
      'payments.avsc',
      'small.v1.payment.clean.avsc',
      'outcomes.avsc',
      'small.v1.outcome.clean.avsc',
      'small.v1.vectors.avsc',
      'small.predictions.schema.json',
      'small.v1.statistics.schema.json',
      'small.drift.schema.json',
      'small.retraining.schema.json',
      'small.audit.schema.json',
    ],
  )
})

test('files that are missing, changed or left over are stale', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const files = new Map([
    ['a.avsc', 'a'],
    ['b.avsc', 'b'],
    ['c.avsc', 'c'],
  ])
  await writeFile(join(folder, 'a.avsc'), 'a')
  await writeFile(join(folder, 'b.avsc'), 'old')
  await writeFile(join(folder, 'gone.avsc'), 'd')
  assert.deepStrictEqual(await findStale(folder, files), ['b.avsc', 'c.avsc', 'gone.avsc'])
  assert.deepStrictEqual(await findStale(join(folder, 'none'), new Map([['a.avsc', 'a']])), ['a.avsc'])
})
