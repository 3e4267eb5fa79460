import type { ModelReference } from '@millrace/core'
import { referenceOfSample } from './fixtures.ts'
import { SeededRandom } from './seeded-random.ts'

type Draw = (random: SeededRandom) => number | null

/** Sixteen inputs as models have them: continuous, skewed, heavy-tailed, counts, flags, constant, often missing. */
const DRAWS: Readonly<Record<string, Draw>> = {
  normal: random => random.normal(),
  wide: random => 50 + 20 * random.normal(),
  lognormal: random => Math.exp(random.normal()),
  uniform: random => random.uniform(),
  exponential: random => -Math.log(1 - random.uniform()),
  heavy_tailed: random => random.normal() / (1 - random.uniform()),
  two_peaks: random => random.normal() + (random.uniform() < 0.4 ? 6 : 0),
  rounded: random => Math.round(3 * random.normal()),
  count_often: random => random.poisson(3),
  count_seldom: random => random.poisson(0.3),
  flag: random => Number(random.uniform() < 0.3),
  flag_seldom: random => Number(random.uniform() < 0.01),
  mostly_zero: random => (random.uniform() < 0.85 ? 0 : Math.exp(random.normal())),
  constant: () => 7,
  often_missing: random => (random.uniform() < 0.5 ? null : random.normal()),
  ratio: random => random.poisson(2) / (1 + random.poisson(4)),
}

export const INPUTS = Object.keys(DRAWS)

/** What becomes of the inputs after a change in the world. */
export type Change = (input: string, value: number) => number

export const NO_CHANGE: Change = (_, value) => value

/** One event's inputs and score. */
export function drawEvent(random: SeededRandom, change = NO_CHANGE) {
  const vector = INPUTS.map(input => {
    const value = DRAWS[input]!(random)
    return value === null ? null : change(input, value)
  })
  return { vector, score: 1 / (1 + Math.exp(4 - 2 * random.normal())) }
}

/** A reference made of so many events of their own. */
export function drawReference(
  model: ModelReference['model'],
  seed: number,
  events: number,
  change = NO_CHANGE,
): ModelReference {
  const random = new SeededRandom(seed)
  const drawn = Array.from({ length: events }, () => drawEvent(random, change))
  const inputs = INPUTS.map((input, i) => [input, referenceOfSample(drawn.map(({ vector }) => vector[i]!))])
  return {
    model: { name: model.name, version: model.version },
    features: { ...Object.fromEntries(inputs), score: referenceOfSample(drawn.map(({ score }) => score)) },
  }
}
