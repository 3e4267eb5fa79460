import type { FittedEncoder } from './artifact.ts'
import type { Fitting } from './fold.ts'

type Learnt = FittedEncoder | undefined

/** Learns from all values, which are handed over in ascending order; those that are missing are passed over. */
export function valuesFitting(learn: (sorted: Float64Array) => Learnt): Fitting<number[]> {
  return {
    init: () => [],
    add: (values, { value }) => {
      if (isNumber(value)) values.push(value)
    },
    merge: (a, b) => [...a, ...b],
    finish: values => (values.length === 0 ? undefined : learn(Float64Array.from(values).sort())),
  }
}

interface Range {
  min: number
  max: number
}

/** Learns from the smallest and the largest value. */
export function rangeFitting(learn: (min: number, max: number) => Learnt): Fitting<Range> {
  return {
    init: () => ({ min: Infinity, max: -Infinity }),
    add: (range, { value }) => {
      if (!isNumber(value)) return
      range.min = Math.min(range.min, value)
      range.max = Math.max(range.max, value)
    },
    merge: (a, b) => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }),
    finish: ({ min, max }) => (min > max ? undefined : learn(min, max)),
  }
}

interface Moments {
  count: number
  mean: number
  /** Σ (x − mean)². */
  squares: number
}

/**
 * Learns from the mean and the standard deviation, which divides by the count. One value at a time is added as by
 * B. P. Welford (1962), parts are merged as by Chan, Golub and LeVeque (1979).
 */
export function momentsFitting(learn: (mean: number, deviation: number) => Learnt): Fitting<Moments> {
  return {
    init: () => ({ count: 0, mean: 0, squares: 0 }),
    add: (moments, { value }) => {
      if (!isNumber(value)) return
      const distance = value - moments.mean
      moments.count++
      moments.mean += distance / moments.count
      moments.squares += distance * (value - moments.mean)
    },
    merge: mergeMoments,
    finish: ({ count, mean, squares }) => (count === 0 ? undefined : learn(mean, Math.sqrt(squares / count))),
  }
}

function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count
  if (count === 0) return { ...a }
  const distance = b.mean - a.mean
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (distance ** 2 * a.count * b.count) / count,
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value)
}
