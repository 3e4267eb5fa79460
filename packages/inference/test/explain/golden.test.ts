import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createExplainer, type Score } from '../../src/explain/explainer.ts'
import golden from './golden/shap.json' with { type: 'json' }

const FOLDER = join(import.meta.dirname, 'golden')
const TOLERANCE = 1e-4

/** Scores by ONNX Runtime: one column of one output. */
async function openModel({ name, output, column }: (typeof golden.models)[number]): Promise<Score> {
  const session = await InferenceSession.create(await readFile(join(FOLDER, `${name}.onnx`)))
  const input = session.inputNames[0]!
  return async vectors => {
    const width = vectors[0]!.length
    const values = Float32Array.from(vectors.flatMap(vector => [...vector]))
    const answer = await session.run({ [input]: new Tensor('float32', values, [vectors.length, width]) })
    const { data, dims } = answer[output]!
    return vectors.map((_, row) => Number(data[row * (dims[1] ?? 1) + column]))
  }
}

for (const model of golden.models) {
  test(`the Shapley values of the model ${model.name}, by ONNX, are those of shap's exact explainer`, async () => {
    const { explain } = createExplainer({ score: await openModel(model), background: model.background })
    for (const [i, row] of model.rows.entries()) {
      const { score, baseline, contributions, standardErrors } = await explain(row)
      assert.ok(
        Math.abs(score - model.scores[i]!) < TOLERANCE,
        `${score} is not the score ${model.scores[i]}`,
      )
      contributions.forEach((contribution, j) => {
        const expected = model.values[i]![j]!
        assert.ok(
          Math.abs(contribution - expected) < TOLERANCE,
          `${contribution} is not ${expected} (${i}, ${j})`,
        )
      })
      const sum = contributions.reduce((total, contribution) => total + contribution, baseline)
      assert.ok(Math.abs(sum - score) < 1e-9)
      assert.ok(standardErrors.every(error => error === 0))
    }
  })
}
