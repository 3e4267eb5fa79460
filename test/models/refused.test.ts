import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { readModelFiles } from './model-files.ts'
import { loadModel } from './served.ts'
import { makeZoo } from './zoo.ts'

const zoo = await makeZoo('common', ['refused'])
after(() => zoo[Symbol.asyncDispose]())

/** Models that cannot be served, and what is said of each. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  bfloat16: /a type that is not supported: cast it/,
  'catboost-zipmap': /its output "probabilities" is no tensor: export the model without ZipMap/,
  empty: /no ONNX model, or not the whole of one: copy or export it again/,
  'no-inputs': /it has no inputs, so there is nothing to score/,
  'no-model': /no ONNX model, or not the whole of one: copy or export it again/,
  optional: /its output "perhaps" is no tensor: .*with tensors in place of sequences and maps/,
  sequence: /its output "parts" is no tensor: .*with tensors in place of sequences and maps/,
  truncated: /no ONNX model, or not the whole of one: copy or export it again/,
  'unknown-operator': /an operator that ONNX Runtime does not know: .*my\.own:Guess/,
  'unknown-opset': /its opset is newer than this ONNX Runtime: export it with a lower one/,
  'without-its-weights': /in a file of their own that is not there: keep it beside the model/,
  zipmap: /its output "output_probability" is no tensor: export the model without ZipMap/,
}

test('every model that is to be refused has its words', () => {
  assert.deepEqual(Object.keys(zoo.models), Object.keys(REFUSED).sort())
})

for (const [name, words] of Object.entries(REFUSED)) {
  test(`the model ${name} is refused with its reason`, async () => {
    const files = await readModelFiles(zoo.models[name]!)
    await assert.rejects(loadModel(files), error => {
      assert.ok(error instanceof MillraceError)
      assert.equal(error.code, 'MODEL_INVALID')
      assert.match(error.message, words)
      return true
    })
  })
}
