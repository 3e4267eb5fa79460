import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ignoresNeighbours } from '../../src/model/neighbours.ts'
import type { ModelThread } from '../../src/onnx/model-thread.ts'

type Answer = (values: Float32Array, row: number) => number

/** A model of two columns that answers a number for each row of values. */
function threadOf(answer: Answer): ModelThread {
  return {
    signature: {
      inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 2] }],
      outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
    },
    loadCpu: 0,
    alive: true,
    ended: new Promise(() => {}),
    async run([input]) {
      const [rows] = input!.shape
      const values = input!.data as Float32Array
      const data = Float32Array.from({ length: rows! }, (_, row) => answer(values, row))
      return { outputs: [{ datatype: 'FP32', shape: [rows!, 1], data }], took: 0 }
    },
    close: async () => {},
  }
}

const sumOf: Answer = (values, row) => values[2 * row]! + values[2 * row + 1]!

test('a model that looks at each row alone ignores its neighbours', async () => {
  assert.equal(await ignoresNeighbours(threadOf(sumOf)), true)
})

test('a model whose sums differ in their last bits ignores its neighbours', async () => {
  const inAnotherOrder: Answer = (values, row) => sumOf(values, row) * (1 + values.length * 2 ** -23)
  assert.equal(await ignoresNeighbours(threadOf(inAnotherOrder)), true)
})

test('a model that scales by the largest value of all rows does not', async () => {
  const scaled: Answer = (values, row) => sumOf(values, row) / Math.max(...values)
  assert.equal(await ignoresNeighbours(threadOf(scaled)), false)
})
