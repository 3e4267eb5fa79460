import type { Pipeline, VectorRecord } from '@millrace/core'

/** A value of a vector by its name, logged and as another way computes it. */
export interface Difference {
  readonly name: string
  readonly logged: number
  readonly other: number
}

/** The values of a vector that are compared, missing ones as NaN. */
export type VectorRow = ArrayLike<number>

/** Where two rows differ by more than `tolerance`; missing equals missing alone. */
export function differencesOf(
  names: readonly string[],
  logged: VectorRow,
  other: VectorRow,
  tolerance: number,
): readonly Difference[] {
  return names.flatMap((name, i) => {
    const [a, b] = [logged[i]!, other[i]!]
    return isSame(a, b, tolerance) ? [] : [{ name, logged: a, other: b }]
  })
}

/** Names the event of a vector: an id may come again when its horizon is over. */
export function vectorKey(id: unknown, eventTime: number): string {
  return `${eventTime}/${String(id)}`
}

/** The event time in a key (epoch ms). */
export function timeOf(key: string): number {
  return Number(key.slice(0, key.indexOf('/')))
}

export function keyOf({ scored }: Pipeline, { event }: VectorRecord): string {
  return vectorKey(event[scored.id], event[scored.eventTime] as number)
}

/** Zero tolerance still takes 0 and -0 for the same. */
function isSame(a: number, b: number, tolerance: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= tolerance
}
