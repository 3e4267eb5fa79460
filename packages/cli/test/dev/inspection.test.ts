import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeChange } from '../../src/dev/describe-change.ts'
import { inspectPipeline } from '../../src/dev/inspection.ts'
import { templateProject } from '../project.ts'

test('a change of a file is seen, and its faults are told', async t => {
  const file = join(await templateProject(t), 'pipeline.ts')
  const before = await inspectPipeline(file)
  assert.ok(before.ok)
  assert.deepStrictEqual(
    [before.pipeline, before.namespace, before.daysOfHistory],
    ['machine-wear', 'machine-wear.v1', 7],
  )
  assert.match(before.remarks[0]!, /^Version 1 of the model machine_wear is written/)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replaceAll('hours(6)', 'hours(12)'))
  const after = await inspectPipeline(file)
  assert.ok(after.ok)
  assert.notEqual(after.definition, before.definition)
  await writeFile(file, text.replace("entity: 'siteId'", "entity: 'place'"))
  assert.deepStrictEqual(await inspectPipeline(file), {
    ok: false,
    faults: [
      'The pipeline cannot be used:\n- feature view "site": its entity "place" is no text or integer field of "reading"',
    ],
  })
})

test('a run says what it is, and when a change needs a new version', () => {
  const first = {
    ok: true,
    pipeline: 'small',
    namespace: 'small.v1',
    version: 1,
    definition: 'a',
    daysOfHistory: 1,
    remarks: [],
  } as const
  assert.equal(describeChange(undefined, first), 'Running small as small.v1.')
  assert.equal(
    describeChange(first, first),
    'Running small again as small.v1: events and views are as before.',
  )
  assert.match(
    describeChange(first, { ...first, definition: 'b' }),
    /this needs "version: 2" in the pipeline/,
  )
  const second = { ...first, definition: 'b', namespace: 'small.v2', version: 2 }
  assert.equal(describeChange(first, second), 'Running small again, now as small.v2.')
})
