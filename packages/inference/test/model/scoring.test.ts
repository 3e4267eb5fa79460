import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createScoring, type Scoring } from '../../src/model/scoring.ts'
import type { ModelVersion } from '../../src/registry/check-version.ts'
import { linearModel, sequenceModel } from '../onnx/onnx-bytes.ts'
import { linearVersion } from './model-version.ts'

const DECLARED = { inputs: ['a', 'b', 'c'] }

async function load(t: TestContext, model: ModelVersion): Promise<Scoring> {
  const scoring = await createScoring(model, DECLARED)
  t.after(() => scoring.close())
  return scoring
}

test('a loaded model tells who it is and scores vectors', async t => {
  const model = linearVersion()
  const scoring = await load(t, model)
  const { identity, ready } = scoring
  const { signature, joins } = scoring.model
  assert.deepStrictEqual(
    { identity, signature, joins, ready },
    {
      identity: model.identity,
      signature: {
        inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 3] }],
        outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
      },
      joins: true,
      ready: true,
    },
  )
  const vectors = [
    [1, 2, 3],
    [0, 0, 0],
  ]
  assert.deepStrictEqual(await scoring.score(vectors), Float64Array.of(321, 0))
  const features = { datatype: 'FP32', shape: [2, 3], data: Float32Array.from(vectors.flat()) } as const
  const [probabilities] = await scoring.model.infer([features], 2)
  assert.deepStrictEqual(probabilities!.data, Float32Array.of(-320, 321, 1, 0))
  assert.deepStrictEqual(features.data, Float32Array.of(1, 2, 3, 0, 0, 0))
})

test('concurrent callers each get the answers to their own rows', async t => {
  const scoring = await load(t, linearVersion())
  const rowsOf = (caller: number) => Array.from({ length: (caller % 5) + 1 }, (_, row) => [caller, row, 0])
  const callers = Array.from({ length: 300 }, (_, caller) => rowsOf(caller))
  const answers = await Promise.all(callers.map(rows => scoring.score(rows)))
  const expected = callers.map(rows => Float64Array.from(rows, ([a, b]) => a! + 10 * b!))
  assert.deepStrictEqual(answers, expected)
})

test('a caller with more rows than a batch gets them all, in order', async t => {
  const scoring = await load(t, linearVersion())
  const vectors = Array.from({ length: 10_000 }, (_, i) => [i, 0, 0])
  assert.deepStrictEqual(
    await scoring.score(vectors),
    Float64Array.from({ length: 10_000 }, (_, i) => i),
  )
})

test('closing answers what waits and refuses what comes after', async () => {
  const scoring = await createScoring(linearVersion(), DECLARED)
  const waiting = Array.from({ length: 600 }, (_, i) => scoring.score([[i, 0, 0]]))
  await scoring.close()
  assert.deepStrictEqual(
    (await Promise.all(waiting)).map(([score]) => score),
    waiting.map((_, i) => i),
  )
  assert.equal(scoring.ready, false)
  await assert.rejects(scoring.score([[1, 2, 3]]), { code: 'MODEL_UNAVAILABLE' })
})

const UNUSABLE: readonly (readonly [string, ModelVersion, RegExp])[] = [
  ['bytes that are no ONNX', linearVersion(Uint8Array.of(1, 2, 3)), /./],
  [
    'a model that was not exported for any number of rows',
    linearVersion(linearModel([1, 10, 100], { rows: 1 })),
    /its input "features" has the shape \[1, 3\], \[free, 3\] is declared/,
  ],
  [
    'a model of other columns',
    linearVersion(linearModel([1, 10])),
    /its input "features" has the shape \[free, 2\], \[free, 3\] is declared/,
  ],
  [
    'a model with ZipMap',
    linearVersion(sequenceModel(3)),
    /"probabilities" is no tensor: export the model without ZipMap/,
  ],
  [
    'an empty file',
    linearVersion(new Uint8Array()),
    /it is no ONNX model, or not the whole of one: copy or export it again/,
  ],
  [
    'a model without a score',
    linearVersion(linearModel([1, 10, 100], { output: 'label' })),
    /it has no output "probabilities", and no other of one float for each row: declare/,
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
    await assert.rejects(createScoring(model, DECLARED), { code: 'MODEL_INVALID', message })
  })
}
