import type { ModelReference } from '../drift/model-reference.ts'
import { MillraceError } from '../errors.ts'

/** A model's `background.json`: the rows that its scores are explained against. */
export interface ModelBackground {
  readonly model: ModelReference['model']
  /** Values in the order of the model's inputs, NaN where one is missing. */
  readonly rows: readonly (readonly number[])[]
}

/** More rows would make every explanation dearer, and none better. */
const MOST_ROWS = 1_000

type Json = Readonly<Record<string, unknown>>

/**
 * Checks the parsed content of a `background.json`, in which a missing value is null. Throws MODEL_INVALID that lists
 * every fault.
 */
export function parseBackground(
  json: unknown,
  model: ModelReference['model'],
  columns: number,
): ModelBackground {
  const { model: given, rows } = asObject(json)
  const faults = [...modelFaults(asObject(given), model), ...rowsFaults(rows, columns)]
  if (faults.length > 0)
    throw new MillraceError(
      'MODEL_INVALID',
      `The model's background cannot be used:\n- ${faults.join('\n- ')}`,
      { details: { faults } },
    )
  return { model, rows: (rows as (number | null)[][]).map(row => row.map(value => value ?? Number.NaN)) }
}

function modelFaults(given: Json, { name, version }: ModelReference['model']): string[] {
  return [
    ...(given['name'] === name ? [] : [`model.name: must be ${JSON.stringify(name)}`]),
    ...(given['version'] === version ? [] : [`model.version: must be ${JSON.stringify(version)}`]),
  ]
}

function rowsFaults(rows: unknown, columns: number): string[] {
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > MOST_ROWS)
    return [`rows: must be a list of 1 to ${MOST_ROWS} rows`]
  return rows.flatMap((row, i) => {
    if (!Array.isArray(row) || row.length !== columns)
      return [`rows[${i}]: must be a list of ${columns} values`]
    return row.every(isValue) ? [] : [`rows[${i}]: its values must be finite numbers, or null where missing`]
  })
}

function isValue(value: unknown): boolean {
  return value === null || Number.isFinite(value)
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
