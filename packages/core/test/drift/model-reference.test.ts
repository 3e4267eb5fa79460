import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseReference } from '@millrace/core'
import { quarters } from './fixtures.ts'

const feature = { count: 4, missing: 1, edges: [1, 2], fractions: [0.5, 0.25, 0.25], mean: 1.5, std: 0.5 }

/** The faults of a reference whose feature `x` has these changes. */
function faultsWith(changes: object): unknown {
  const reference = {
    model: { name: 'churn', version: '1' },
    features: { x: { ...feature, ...changes }, score: feature },
  }
  try {
    parseReference(reference)
    return []
  } catch (error) {
    assert.equal((error as { code: string }).code, 'MODEL_INVALID')
    return (error as { details: { faults: unknown } }).details.faults
  }
}

test('a reference that is right is taken as it is', () => {
  assert.deepEqual(parseReference(JSON.parse(JSON.stringify(quarters()))), quarters())
  assert.deepEqual(faultsWith({ mean: undefined, std: undefined }), [])
})

test('constant features and features without any value have references', () => {
  assert.deepEqual(faultsWith({ edges: [5], fractions: [1, 0], std: 0 }), [])
  assert.deepEqual(faultsWith({ count: 0, missing: 9, edges: [], fractions: [0] }), [])
})

const FAULTS = [
  [{ count: -1 }, 'features.x.count: must be a whole number from 0'],
  [{ count: '4' }, 'features.x.count: must be a whole number from 0'],
  [{ missing: 0.5 }, 'features.x.missing: must be a whole number from 0'],
  [{ edges: undefined }, 'features.x.edges: must be a list of finite numbers'],
  [{ edges: [1, null] }, 'features.x.edges: must be a list of finite numbers'],
  [{ edges: [2, 1] }, 'features.x.edges: must ascend, each edge once'],
  [{ edges: [1, 1] }, 'features.x.edges: must ascend, each edge once'],
  [{ fractions: 'none' }, 'features.x.fractions: must be a list of finite numbers'],
  [{ fractions: [0.5, 0.5] }, 'features.x.fractions: has 2 numbers, its edges make 3 bins'],
  [{ fractions: [1.5, -0.25, -0.25] }, 'features.x.fractions: must not be negative'],
  [{ fractions: [0.5, 0.25, 0.5] }, 'features.x.fractions: add up to 1.25, not 1'],
  [{ count: 0 }, 'features.x.fractions: add up to 1, not 0'],
  [{ mean: null }, 'features.x.mean: must be a finite number'],
  [{ std: -1 }, 'features.x.std: must be a finite number from 0'],
] as const

for (const [changes, fault] of FAULTS)
  test(`a reference is refused: ${JSON.stringify(changes)} gives "${fault}"`, () => {
    assert.deepEqual(faultsWith(changes), [fault])
  })

test('every fault is listed at once', () => {
  assert.throws(() => parseReference({ model: { name: '' }, features: { x: { ...feature, count: null } } }), {
    code: 'MODEL_INVALID',
    message: [
      "The model's reference cannot be used:",
      '- model.name: must be a text',
      '- model.version: must be a text',
      '- features.x.count: must be a whole number from 0',
      '- features.score: is missing',
    ].join('\n'),
  })
})

test('what is no object at all is refused', () => {
  for (const json of [undefined, null, 7, 'text', []])
    assert.throws(() => parseReference(json), { code: 'MODEL_INVALID' })
})
