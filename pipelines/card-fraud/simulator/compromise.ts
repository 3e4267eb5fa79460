import { type Purpose, Random } from './random.ts'

export interface CompromiseOptions {
  readonly seed: number
  readonly purpose: Purpose
  /** Ids run from 0 to `population` − 1. */
  readonly population: number
  /** How many are newly compromised on a day, on average. */
  readonly perDay: number
  /** For how many days each of them stays compromised, the first one included. */
  readonly lastingDays: number
}

/**
 * Who is compromised on `day`, with how many times over. Computed from the days on which it can have begun, so
 * nothing is carried from day to day.
 */
export function compromisedOn(day: number, options: CompromiseOptions): Map<number, number> {
  const times = new Map<number, number>()
  for (let since = Math.max(0, day - options.lastingDays + 1); since <= day; since++) {
    for (const id of beginningOn(since, options)) times.set(id, (times.get(id) ?? 0) + 1)
  }
  return times
}

function beginningOn(day: number, { seed, purpose, population, perDay }: CompromiseOptions): number[] {
  const random = new Random(seed, purpose, 0, day)
  return random.sample(population, random.rounded(perDay))
}
