/** The rows of a table, grouped by the share of the entities that they belong to, each in order. */
export interface SharedRows {
  readonly rows: Uint32Array
  /** For each share, where its rows begin; behind the last one, their number. */
  readonly starts: readonly number[]
}

/** Splits the rows of a table over shares of its entities. */
export function groupRows(entities: Int32Array, partitions: number): SharedRows {
  const counts = new Array<number>(partitions).fill(0)
  for (let row = 0; row < entities.length; row++) counts[entities[row]! % partitions]!++
  const starts = [0]
  for (const count of counts) starts.push(starts.at(-1)! + count)
  const next = [...starts]
  const rows = new Uint32Array(new SharedArrayBuffer(entities.length * Uint32Array.BYTES_PER_ELEMENT))
  for (let row = 0; row < entities.length; row++) rows[next[entities[row]! % partitions]!++] = row
  return { rows, starts }
}

/** The rows of one share. */
export function rowsOf({ rows, starts }: SharedRows, partition: number): Uint32Array {
  return rows.subarray(starts[partition], starts[partition + 1])
}
