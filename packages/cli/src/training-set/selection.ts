import type { Outcome, OutcomeTable } from './outcome-table.ts'

/** Which vectors a training set is made of. Times are epoch ms. */
export interface Selection {
  /** Event time of the first vectors, inclusive. */
  readonly from: number
  /** Event time behind the last vectors. */
  readonly to: number
  /** Outcomes that were known later are not used. */
  readonly asOf: number
  /** How long outcomes take: vectors that were younger as of `asOf` are left out (ms). */
  readonly labelDelay: number
}

/** How many vectors of the window are not in the set, and why. */
export interface LeftOut {
  /** Another version of the pipeline made them. */
  other_version: number
  /** What became of them could not be known yet. */
  too_young: number
  /** The same event was there before. */
  duplicate: number
  /** Nobody had said by then what became of them. */
  without_outcome: number
}

/** The columns of some vectors that decide which of them are taken, one value a row. */
export interface Candidates {
  readonly ids: readonly string[]
  readonly times: Float64Array
  readonly partitions: Float64Array
  readonly offsets: Float64Array
}

/** Rows that were taken, in the order of the set, with what became of them. */
export interface Taken {
  readonly rows: readonly number[]
  readonly values: readonly boolean[]
  readonly known: Float64Array
}

/** Whether a vector of this time can have an outcome by then. */
export function isOfAge({ asOf, labelDelay }: Selection, time: number): boolean {
  return time <= asOf - labelDelay
}

export function isInWindow({ from, to }: Selection, time: number): boolean {
  return time >= from && time < to
}

export function noneLeftOut(): LeftOut {
  return { other_version: 0, too_young: 0, duplicate: 0, without_outcome: 0 }
}

/**
 * Takes the vectors of the window that have an outcome, in the order of event time, id and origin, and adds to
 * `leftOut` why others of the window were not taken. Of several vectors of one event the first counts.
 */
export function select(
  selection: Selection,
  candidates: Candidates,
  outcomes: OutcomeTable,
  leftOut: LeftOut,
): Taken {
  const { ids, times } = candidates
  const found: ({ readonly row: number } & Outcome)[] = []
  let last: number | undefined
  for (const row of orderOf(candidates)) {
    const time = times[row]!
    if (!isInWindow(selection, time)) continue
    const isRepeated = last !== undefined && isSameEvent(candidates, last, row)
    last = row
    const outcome = outcomes.of(ids[row]!, time)
    if (isRepeated) leftOut.duplicate++
    else if (!isOfAge(selection, time)) leftOut.too_young++
    else if (outcome === undefined) leftOut.without_outcome++
    else found.push({ row, ...outcome })
  }
  return {
    rows: found.map(({ row }) => row),
    values: found.map(({ value }) => value),
    known: Float64Array.from(found, ({ known }) => known),
  }
}

function orderOf({ ids, times, partitions, offsets }: Candidates): Uint32Array {
  const order = Uint32Array.from(ids, (_, row) => row)
  return order.sort(
    (a, b) =>
      times[a]! - times[b]! ||
      compareTexts(ids[a]!, ids[b]!) ||
      partitions[a]! - partitions[b]! ||
      offsets[a]! - offsets[b]! ||
      a - b,
  )
}

function isSameEvent({ ids, partitions, offsets }: Candidates, a: number, b: number): boolean {
  return ids[a] === ids[b] && partitions[a] === partitions[b] && offsets[a] === offsets[b]
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
