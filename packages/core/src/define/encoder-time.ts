import { days } from '../time/duration.ts'
import type { NumberEncoder } from './encoder.ts'

type Cycle<P extends string, I extends string> = Readonly<Record<`${P}_sin` | `${P}_cos`, NumberEncoder<I>>>

interface CycleOptions<P extends string> {
  /** What the two features are called before `_sin` and `_cos`. */
  readonly name: P
  /** After how much the cycle begins anew, in the unit of the input: milliseconds for a time. */
  readonly period: number
  /** A value at which the cycle begins. Default 0. */
  readonly start?: number
  /** Default NaN. */
  readonly missing?: number
}

/**
 * Where a value stands in a cycle: the sine and the cosine of 2π (x − start) / period, so that the end of a cycle is
 * as near to its start as it is. To be spread into the features.
 */
export function cyclical<const I extends string, const P extends string>(
  input: I,
  { name, period, start = 0, missing = Number.NaN }: CycleOptions<P>,
): Cycle<P, I> {
  const encoder = (kind: 'sine' | 'cosine'): NumberEncoder<I> => ({
    kind,
    inputs: [input],
    takes: 'numbers',
    period,
    start,
    unseen: Number.NaN,
    missing,
  })
  const features = [
    [`${name}_sin`, encoder('sine')],
    [`${name}_cos`, encoder('cosine')],
  ]
  return Object.fromEntries(features)
}

interface CalendarOptions<P extends string> {
  readonly name: P
  /** How far the local time is ahead of UTC (ms). Default 0. */
  readonly aheadOfUtc?: number
}

/** The time of the day of a timestamp, as `cyclical`; the cycle begins at midnight. */
export function timeOfDay<const I extends string, const P extends string>(
  input: I,
  { name, aheadOfUtc = 0 }: CalendarOptions<P>,
): Cycle<P, I> {
  return cyclical(input, { name, period: days(1), start: -aheadOfUtc })
}

/** Epoch day 0 was a Thursday. */
const FIRST_MONDAY = days(4)

/** The time of the week of a timestamp, as `cyclical`; the cycle begins on Monday at midnight. */
export function timeOfWeek<const I extends string, const P extends string>(
  input: I,
  { name, aheadOfUtc = 0 }: CalendarOptions<P>,
): Cycle<P, I> {
  return cyclical(input, { name, period: days(7), start: FIRST_MONDAY - aheadOfUtc })
}
