import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { startObservedRun, watchFor } from '../harness/observed-run.ts'
import { prometheusMissing } from '../harness/prometheus.ts'

test('every query of every dashboard and rule returns data', { skip: prometheusMissing() }, async t => {
  const { prometheus, load } = await startObservedRun(t)
  await watchFor(30)
  const names = await prometheus.query('count by (__name__) ({job="millrace"})')
  await writeFile('/tmp/observe-names.json', JSON.stringify(names, null, 1))
  for (const n of names) console.log(n.metric['__name__'], n.value[1])
  console.log(await prometheus.targets())
  console.log(load.faults.slice(0, 5))
  console.log(await prometheus.query('drift_score'))
  assert.ok(true)
})
