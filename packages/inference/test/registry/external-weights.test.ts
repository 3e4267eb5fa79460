import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weightFilesOf } from '../../src/registry/external-weights.ts'
import { externalModel } from './external-model.ts'

test('the files of weights are named once each, in the order of the graph', () => {
  assert.deepStrictEqual(weightFilesOf(externalModel(), 'm'), [])
  assert.deepStrictEqual(weightFilesOf(externalModel('b.data', 'a.data', 'b.data'), 'm'), [
    'b.data',
    'a.data',
  ])
})

for (const location of ['../secret', '/etc/passwd', 'sub/weights', '..', 'a\\b', '']) {
  test(`weights at "${location}" are refused`, () => {
    assert.throws(() => weightFilesOf(externalModel(location), '/models/1/model.onnx'), {
      code: 'MODEL_INVALID',
      message: `/models/1/model.onnx has weights in "${location}": they must lie in the same folder.`,
    })
  })
}

test('a file cut off anywhere is refused or has the names that are left, and never hangs', () => {
  const whole = externalModel('weights.data')
  for (let length = 3; length < whole.length; length++) {
    assert.throws(() => weightFilesOf(whole.subarray(0, length), 'm'), {
      code: 'MODEL_INVALID',
      message: 'm is no ONNX file, or is truncated: write it anew.',
    })
  }
})

test('fields of other kinds are skipped', () => {
  const fixed64 = [6 * 8 + 1, ...new Array(8).fill(0)]
  const fixed32 = [9 * 8 + 5, ...new Array(4).fill(0)]
  const varint = [2 * 8, 0xff, 0x01]
  const bytes = Uint8Array.from([...fixed64, ...fixed32, ...varint, ...externalModel('w')])
  assert.deepStrictEqual(weightFilesOf(bytes, 'm'), ['w'])
})
