import assert from 'node:assert/strict'
import { type About, type JsonTensor, valuesOf } from './model-files.ts'

/** An output of a model: its values row after row, of any type. */
export interface Output {
  readonly dims: readonly number[]
  readonly data: ArrayLike<unknown>
}

type Outputs = Readonly<Record<string, Output>>

/** What the sum of a row may differ by when its float32 terms are added up in another order. */
const LAST_BITS = 1e-6

/**
 * Checks outputs against what the library answered: the same shapes and labels, and values within the tolerance, but
 * for the share of rows that may differ by more.
 */
export function assertSameScores(
  outputs: Outputs,
  expected: readonly JsonTensor[],
  { tolerance, beyond }: Pick<About, 'tolerance' | 'beyond'>,
): void {
  for (const tensor of expected) {
    const { name, shape } = tensor
    // Half precision is there as bits, which are to be the same.
    const data = tensor.datatype === 'FP16' ? valuesOf(tensor) : tensor.data
    const output = outputs[name]
    assert.ok(output, `there is an output ${name}: the model has ${Object.keys(outputs)}`)
    assert.deepEqual(output.dims, shape, `the shape of ${name}`)
    const rows = differingRows(output, { dims: shape, data }, tolerance)
    assert.ok(
      rows.size <= beyond * (shape[0] ?? 1),
      `${name} differs in ${rows.size} rows: ${[...rows.values()][0]}`,
    )
  }
}

/** Checks that outputs are the same but for their last bits. */
export function assertNearScores(outputs: Outputs, expected: Outputs): void {
  for (const [name, { dims, data }] of Object.entries(expected)) {
    const rows = differingRows(outputs[name]!, { dims, data }, LAST_BITS)
    assert.deepEqual([...rows], [], name)
  }
}

/** The rows that differ by more than the tolerance, relative where a value is above 1, each with what differs. */
function differingRows(actual: Output, expected: Output, tolerance: number): ReadonlyMap<number, string> {
  const columns = expected.data.length / (expected.dims[0] ?? 1)
  const differing = new Map<number, string>()
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [actual.data[i], expected.data[i]]
    if (!isNear(a, b, tolerance)) differing.set(Math.floor(i / columns), `${a} in place of ${b}`)
  }
  return differing
}

function isNear(actual: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof expected !== 'number') return actual === expected
  return Math.abs(Number(actual) - expected) <= tolerance * Math.max(1, Math.abs(expected))
}
