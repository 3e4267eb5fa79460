import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readModelFiles } from './model-files.ts'
import { overGrpc } from './over-grpc.ts'
import { overBinary } from './over-rest.ts'
import { assertSameScores } from './same-scores.ts'
import { loadModel, together } from './served.ts'
import { makeZoo } from './zoo.ts'

const zoo = await makeZoo('common', ['unusual'])
after(() => zoo[Symbol.asyncDispose]())

/** Models that load, and whether rows of several callers may be run together. */
const UNUSUAL: Readonly<Record<string, boolean>> = {
  'external-weights': true,
  'fixed-eight': false,
  'fixed-one': false,
  float16: true,
  large: true,
  quantised: false,
  scalar: false,
  'two-free-axes': false,
  'wrongly-declared': true,
}

test('every unusual model is expected', () => {
  assert.deepEqual(Object.keys(zoo.models), Object.keys(UNUSUAL).sort())
})

for (const [name, joins] of Object.entries(UNUSUAL)) {
  test(`the unusual model ${name} loads, and ${joins ? 'joins' : 'does not join'} rows`, async t => {
    const files = await readModelFiles(zoo.models[name]!)
    const model = await loadModel(files)
    t.after(() => model.close())
    assert.equal(model.joins, joins)
    for (const ask of [together, overBinary, overGrpc])
      assertSameScores(await ask(model, files.rows), files.expected, files.about)
  })
}
