import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ruleFaults, scoreByRule, weightsOf } from '../../src/rule/rule.ts'

const model = { inputs: ['vibration', 'age'] }

test('a rule has an intercept and weights of inputs, and may leave inputs out', () => {
  assert.deepStrictEqual(ruleFaults({ intercept: -1, weights: { age: 2 } }, model), [])
  assert.deepStrictEqual(weightsOf({ intercept: -1, weights: { age: 2 } }, model), [0, 2])
})

test('every fault of a rule is named', () => {
  const rule = { intercept: '1', weights: { age: Number.NaN, height: 1 } }
  assert.deepStrictEqual(ruleFaults(rule, model), [
    'rule.ts: its intercept is no finite number',
    'rule.ts: its weight "age" is no finite number',
    `rule.ts: its weight "height" is none of the model's inputs`,
  ])
  assert.deepStrictEqual(ruleFaults(undefined, model), ['rule.ts: it exports no object named "rule"'])
  assert.deepStrictEqual(ruleFaults({ intercept: 1 }, model), ['rule.ts: its weights are no object'])
})

test('the score is the logistic function of the weighted sum', () => {
  assert.equal(scoreByRule(0, [1, -1], [3, 3]), 0.5)
  assert.equal(scoreByRule(1, [2, 0.5], [0.5, 4]), 1 / (1 + Math.exp(-4)))
})

test('a missing input adds nothing', () => {
  assert.equal(scoreByRule(1, [2, 0.5], [Number.NaN, 4]), 1 / (1 + Math.exp(-3)))
})
