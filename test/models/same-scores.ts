import assert from 'node:assert/strict'
import type { About, JsonTensor } from './model-files.ts'

/** An output of a model: its values row after row, of any type. */
export interface Output {
  readonly dims: readonly number[]
  readonly data: ArrayLike<unknown>
}

/**
 * Checks outputs against what the library answered: the same shapes and labels, and values within the tolerance, but
 * for the share of rows that may differ by more.
 */
export function assertSameScores(
  outputs: Readonly<Record<string, Output>>,
  expected: readonly JsonTensor[],
  { tolerance, beyond }: About,
): void {
  for (const { name, shape, data } of expected) {
    const output = outputs[name]
    assert.ok(output, `there is an output ${name}: the model has ${Object.keys(outputs)}`)
    assert.deepEqual(output.dims, shape, `the shape of ${name}`)
    const columns = data.length / shape[0]!
    const faults = data.flatMap((value, index) =>
      same(output.data[index], value, tolerance)
        ? []
        : [{ row: Math.floor(index / columns), text: `${output.data[index]}, of the library ${value}` }],
    )
    const rows = new Set(faults.map(({ row }) => row)).size
    assert.ok(rows <= beyond * shape[0]!, `${name} is not the library's in ${rows} rows: ${faults[0]?.text}`)
  }
}

function same(actual: unknown, expected: JsonTensor['data'][number], tolerance: number): boolean {
  if (typeof expected !== 'number') return actual === expected
  return Math.abs(Number(actual) - expected) <= tolerance * Math.max(1, Math.abs(expected))
}
