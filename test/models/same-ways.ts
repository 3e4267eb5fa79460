import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LoadedModel } from '@millrace/inference'
import { type ModelFiles, readModelFiles } from './model-files.ts'
import { runOnnx } from './onnx-run.ts'
import { overFile } from './over-file.ts'
import { overGrpc, overGrpcContents } from './over-grpc.ts'
import { isJson, overBinary, overPredict, overRest } from './over-rest.ts'
import { assertNearScores, assertSameScores } from './same-scores.ts'
import { inHalves, joined, loadModel, type Outputs, oneByOne, together, type Way } from './served.ts'

const WAYS: Readonly<Record<string, Way>> = {
  together,
  joined,
  'in halves': inHalves,
  'over REST in binary': overBinary,
  'over gRPC': overGrpc,
  'over gRPC by lists of values': overGrpcContents,
}

/** Those of JSON, which has no missing values. */
const JSON_WAYS: Readonly<Record<string, Way>> = {
  'over REST': overRest,
  'over REST of version 1': overPredict,
}

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
    await testWays(t, model, files, direct)
  })
}

async function testWays(t: TestContext, model: LoadedModel, { rows, file }: ModelFiles, direct: Outputs) {
  const ways = isJson(rows) ? { ...WAYS, ...JSON_WAYS } : WAYS
  for (const [way, ask] of Object.entries(ways)) {
    await t.test(`answers bit for bit the same ${way}`, async () => {
      assert.deepEqual(plain(await ask(model, rows)), plain(direct))
    })
  }
  await t.test('answers bit for bit the same from a file', async () => {
    assert.deepEqual(plain(await overFile(model, rows, file)), plain(flat(direct)))
  })
  // ONNX Runtime adds up a linear model's single row in another order than one of several.
  await t.test('answers the same to the last bits one by one', async () => {
    assertNearScores(await oneByOne(model, rows), direct)
  })
}

function flat(outputs: Outputs): Outputs {
  const entries = Object.entries(outputs).map(([name, { data }]) => [name, { dims: [data.length], data }])
  return Object.fromEntries(entries)
}

function plain(outputs: Outputs): object {
  const entries = Object.entries(outputs).map(([name, { dims, data }]) => [
    name,
    { dims, data: Array.from(data) },
  ])
  return Object.fromEntries(entries)
}
