import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ModelVersion } from '../../src/onnx/model-folder.ts'
import { createScoring, type Scoring } from '../../src/onnx/scorer.ts'
import { linearVersion } from './model-version.ts'
import { linearModel, sequenceModel } from './onnx-bytes.ts'

async function load(t: TestContext, model: ModelVersion): Promise<Scoring> {
  const scoring = await createScoring(model)
  t.after(() => scoring.close())
  return scoring
}

test('a loaded model tells who it is and scores vectors', async t => {
  const model = linearVersion()
  const scoring = await load(t, model)
  const { identity, signature, ready } = scoring
  assert.deepStrictEqual(
    { identity, signature, ready },
    { identity: model.identity, signature: { input: 'features', columns: 3 }, ready: true },
  )
  const vectors = Float32Array.of(1, 2, 3, 0, 0, 0)
  assert.deepStrictEqual(await scoring.score(vectors, 2), Float32Array.of(321, 0))
  assert.deepStrictEqual(await scoring.probabilities(vectors, 2), Float32Array.of(-320, 321, 1, 0))
  assert.deepStrictEqual(vectors, Float32Array.of(1, 2, 3, 0, 0, 0))
})

test('concurrent callers each get the answers to their own rows', async t => {
  const scoring = await load(t, linearVersion())
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, caller) => {
      const rows = (caller % 5) + 1
      const vectors = Float32Array.from({ length: rows * 3 }, (_, i) =>
        i % 3 === 0 ? caller : i === 1 ? rows : 0,
      )
      return scoring.score(vectors, rows)
    }),
  )
  const expected = answers.map((_, caller) =>
    Float32Array.from(
      { length: (caller % 5) + 1 },
      (_, row) => caller + (row === 0 ? 10 * ((caller % 5) + 1) : 0),
    ),
  )
  assert.deepStrictEqual(answers, expected)
})

test('a caller with more rows than a batch gets them all, in order', async t => {
  const scoring = await load(t, linearVersion())
  const vectors = Float32Array.from({ length: 3 * 10_000 }, (_, i) => (i % 3 === 0 ? i / 3 : 0))
  assert.deepStrictEqual(
    await scoring.score(vectors, 10_000),
    Float32Array.from({ length: 10_000 }, (_, i) => i),
  )
})

test('closing answers what waits and refuses what comes after', async () => {
  const scoring = await createScoring(linearVersion())
  const waiting = Array.from({ length: 600 }, (_, i) => scoring.score(Float32Array.of(i, 0, 0), 1))
  await scoring.close()
  assert.deepStrictEqual(
    (await Promise.all(waiting)).map(([score]) => score),
    waiting.map((_, i) => i),
  )
  assert.equal(scoring.ready, false)
  await assert.rejects(scoring.score(Float32Array.of(1, 2, 3), 1), { code: 'MODEL_UNAVAILABLE' })
})

const UNUSABLE: readonly (readonly [string, ModelVersion, RegExp])[] = [
  ['bytes that are no ONNX', linearVersion(Uint8Array.of(1, 2, 3)), /./],
  [
    'a model that was not exported for scoring one by one',
    linearVersion(linearModel([1, 10, 100], { rows: 1 })),
    /its input "features" is a float32 tensor \[1, 3\], not a float32 tensor \[free, 3\]/,
  ],
  [
    'a model of other columns',
    linearVersion(linearModel([1, 10])),
    /its input "features" is a float32 tensor \[free, 2\], not a float32 tensor \[free, 3\]/,
  ],
  [
    'a model with ZipMap',
    linearVersion(sequenceModel(3)),
    /"probabilities" is no tensor: export the model without ZipMap/,
  ],
  [
    'a model without probabilities',
    linearVersion(linearModel([1, 10, 100], { output: 'label' })),
    /it has no output "probabilities"/,
  ],
  [
    'a model that gives other scores than its manifest tells',
    linearVersion(undefined, {
      rows: [
        [1, 2, 3],
        [1, 0, 0],
      ],
      scores: [321, 1.001],
    }),
    /gives 1 for row 2 of its manifest's sample, not 1\.001/,
  ],
]

for (const [name, model, message] of UNUSABLE) {
  test(`${name} is refused when it is loaded`, async () => {
    await assert.rejects(createScoring(model), { code: 'MODEL_INVALID', message })
  })
}
