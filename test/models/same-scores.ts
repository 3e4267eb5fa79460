import assert from 'node:assert/strict'
import type { About, JsonTensor } from './model-files.ts'

/** An output of a model: its values row after row, of any type. */
export interface Output {
  readonly dims: readonly number[]
  readonly data: ArrayLike<unknown>
}

/** Checks outputs against what the library answered: the same shapes and labels, values within the tolerance. */
export function assertSameScores(
  outputs: Readonly<Record<string, Output>>,
  expected: readonly JsonTensor[],
  { tolerance }: About,
): void {
  for (const { name, shape, data } of expected) {
    const output = outputs[name]
    assert.ok(output, `there is an output ${name}: the model has ${Object.keys(outputs)}`)
    assert.deepEqual(output.dims, shape, `the shape of ${name}`)
    for (const [index, value] of data.entries()) {
      assertSame(output.data[index], value, tolerance, `${name}[${index}]`)
    }
  }
}

function assertSame(actual: unknown, expected: JsonTensor['data'][number], tolerance: number, what: string) {
  if (typeof expected !== 'number') {
    assert.equal(actual, expected, what)
    return
  }
  const difference = Math.abs(Number(actual) - expected)
  const allowed = tolerance * Math.max(1, Math.abs(expected))
  assert.ok(difference <= allowed, `${what} is ${actual}, the library has ${expected}`)
}
