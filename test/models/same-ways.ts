import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LoadedModel } from '@millrace/inference'
import { type JsonTensor, readModelFiles } from './model-files.ts'
import { runOnnx } from './onnx-run.ts'
import { assertNearScores, assertSameScores } from './same-scores.ts'
import {
  inHalves,
  isJson,
  joined,
  loadModel,
  type Outputs,
  oneByOne,
  overRest,
  together,
  type Way,
} from './served.ts'

const WAYS: Readonly<Record<string, Way>> = { together, joined, 'in halves': inHalves }

/**
 * Declares the tests of a model: ONNX Runtime answers what the library answered, and we answer what ONNX Runtime
 * answers, bit for bit, whichever way we are asked.
 */
export function testModel(name: string, folder: string): void {
  test(name, async t => {
    const files = await readModelFiles(folder)
    const { rows, expected, about } = files
    const direct = await runOnnx(files.file, rows)
    await t.test(`answers what ${about.library} answers`, () => assertSameScores(direct, expected, about))
    const model = await loadModel(files)
    t.after(() => model.close())
    await testWays(t, model, rows, direct)
  })
}

async function testWays(t: TestContext, model: LoadedModel, rows: readonly JsonTensor[], direct: Outputs) {
  const ways = isJson(rows) ? { ...WAYS, 'over REST': overRest } : WAYS
  for (const [way, ask] of Object.entries(ways)) {
    await t.test(`answers bit for bit the same ${way}`, async () => {
      assert.deepEqual(plain(await ask(model, rows)), plain(direct))
    })
  }
  // ONNX Runtime adds up a linear model's single row in another order than one of several.
  await t.test('answers the same to the last bits one by one', async () => {
    assertNearScores(await oneByOne(model, rows), direct)
  })
}

function plain(outputs: Outputs): object {
  const entries = Object.entries(outputs).map(([name, { dims, data }]) => [
    name,
    { dims, data: Array.from(data) },
  ])
  return Object.fromEntries(entries)
}
