import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { createExplainer, type Score } from '../../src/explain/explainer.ts'

/** The sum of the values of each row. */
const sum: Score = async vectors => vectors.map(vector => vector.reduce((total, value) => total + value, 0))

const BACKGROUND = [
  [0, 0, 0],
  [2, 0, 0],
]

test('a vector is explained against the background', async () => {
  const { explain } = createExplainer({ score: sum, background: BACKGROUND })
  assert.deepStrictEqual(await explain([2, 2, 0]), {
    score: 4,
    baseline: 1,
    contributions: [1, 2, 0],
    standardErrors: [0, 0, 0],
    evaluations: 3,
  })
})

test('the model is asked for a part at a time, for one explanation after another', async () => {
  const asked: number[] = []
  let atWork = 0
  const score: Score = async vectors => {
    asked.push(vectors.length)
    assert.equal(++atWork, 1)
    await new Promise(resolve => setImmediate(resolve))
    atWork--
    return sum(vectors)
  }
  const { explain } = createExplainer({ score, background: BACKGROUND, partRows: 5 })
  await Promise.all([explain([1, 2, 3]), explain([4, 5, 6])])
  assert.deepStrictEqual(asked, [2, 5, 5, 3, 5, 5, 3])
})

test('what callers say of their request reaches the model', async () => {
  const given: unknown[] = []
  const score: Score = async (vectors, options) => {
    given.push(options)
    return sum(vectors)
  }
  const { explain } = createExplainer({ score, background: BACKGROUND })
  const control = { deadline: 7 }
  await explain([1, 2, 3], control)
  assert.deepStrictEqual(given, [undefined, control])
})

test('a failure of the model fails this explanation, not the next', async () => {
  let calls = 0
  const failures = [1, 3]
  const score: Score = async vectors => {
    if (failures.includes(++calls)) throw new MillraceError('MODEL_UNAVAILABLE', 'Try again.')
    return sum(vectors)
  }
  const { explain } = createExplainer({ score, background: BACKGROUND })
  await assert.rejects(explain([1, 2, 3]), { code: 'MODEL_UNAVAILABLE' })
  await assert.rejects(explain([1, 2, 3]), { code: 'MODEL_UNAVAILABLE' })
  assert.equal((await explain([1, 2, 3])).score, 6)
})

test('a model without a finite answer is told', async () => {
  const score: Score = async vectors => vectors.map(vector => (vector[0] === 1 ? Number.NaN : 0))
  const { explain } = createExplainer({ score, background: BACKGROUND })
  await assert.rejects(explain([1, 2, 3]), { code: 'REQUEST_INVALID', message: /no finite answer/ })
  assert.equal((await explain([0, 2, 3])).score, 0)
})

test('no more explanations wait than there is room for', async () => {
  const { explain } = createExplainer({ score: sum, background: BACKGROUND, capacity: 2 })
  const results = await Promise.allSettled([1, 2, 3].map(value => explain([value, 0, 0])))
  assert.deepStrictEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  )
  assert.equal((results[2] as PromiseRejectedResult).reason.code, 'SCORER_OVERLOADED')
  assert.equal((await explain([4, 0, 0])).score, 4)
})
