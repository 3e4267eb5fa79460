import type { FeatureReference, ModelIdentity, ModelReference, StatisticsRecord } from '@millrace/core'

export const HOUR = 3_600_000

export const MODEL: ModelIdentity = { name: 'churn', version: '1', digest: 'aa11' }
export const NEXT_MODEL: ModelIdentity = { name: 'churn', version: '2', digest: 'bb22' }

/** The reference of a sample: unique deciles (NumPy's `linear`), right-closed bins, no haste. */
export function referenceOfSample(sample: readonly (number | null)[]): FeatureReference {
  const values = sample.filter(value => value !== null).toSorted((a, b) => a - b)
  const deciles = Array.from({ length: 9 }, (_, i) => quantile(values, (i + 1) / 10))
  const edges = [...new Set(deciles)]
  const bounds = [-Infinity, ...edges, Infinity]
  const fractions = bounds
    .slice(1)
    .map((upper, i) => values.filter(x => bounds[i]! < x && x <= upper).length / values.length)
  return { count: values.length, missing: sample.length - values.length, edges, fractions }
}

/** A reference of the inputs `x` and of the score: four equal bins at 1, 2 and 3, of 100,000 values. */
export function quarters(model: ModelIdentity = MODEL): ModelReference {
  const feature = { count: 100_000, missing: 0, edges: [1, 2, 3], fractions: [0.25, 0.25, 0.25, 0.25] }
  return { model: { name: model.name, version: model.version }, features: { x: feature, score: feature } }
}

const SHAPES = { stable: [100, 100, 100, 100], drift: [400, 0, 0, 0] } as const

/** Statistics against `quarters` of window `index` (one hour each); the shape is that of `x`. */
export function recordOf(
  index: number,
  shape: keyof typeof SHAPES,
  changes: Partial<StatisticsRecord> = {},
): StatisticsRecord {
  const start = index * HOUR
  return {
    parent: { partition: 0, input: 0, via: 0, offset: index },
    partition: 0,
    lateByMs: 0,
    model: MODEL,
    window: { start, end: start + HOUR },
    firstEventTime: start,
    events: 400,
    late: 0,
    features: {
      x: { missing: 0, counts: SHAPES[shape] },
      score: { missing: 0, counts: SHAPES.stable },
    },
    ...changes,
  }
}

function quantile(sorted: readonly number[], q: number): number {
  const position = q * (sorted.length - 1)
  const below = sorted[Math.floor(position)]!
  return below + (position - Math.floor(position)) * (sorted[Math.ceil(position)]! - below)
}
