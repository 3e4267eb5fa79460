import type { NumberEncoder, Outcomes } from './encoder.ts'

/** What is answered for a value without a result, and for a missing one; both NaN unless declared. */
type Options = Partial<Outcomes>

/** The number of a value's bin, from 0 on: bin i holds edges[i − 1] ≤ x < edges[i], the outer ones have no end. */
export function bins<const I extends string>(
  input: I,
  { edges, ...outcomes }: Options & { readonly edges: readonly number[] },
): NumberEncoder<I> {
  return { kind: 'binning', ...common(input, outcomes), edges }
}

/** As `bins`, between the quantiles of the training window, so that each bin has as many of its values. */
export function quantileBins<const I extends string>(
  input: I,
  { bins, ...outcomes }: Options & { readonly bins: number },
): NumberEncoder<I> {
  return { kind: 'quantile-binning', ...common(input, outcomes), bins }
}

/** As `bins`, equally wide between the smallest and the largest value of the training window. */
export function uniformBins<const I extends string>(
  input: I,
  { bins, ...outcomes }: Options & { readonly bins: number },
): NumberEncoder<I> {
  return { kind: 'uniform-binning', ...common(input, outcomes), bins }
}

/** The natural logarithm; a value that is not positive is unseen. */
export function log<const I extends string>(input: I, outcomes: Options = {}): NumberEncoder<I> {
  return { kind: 'log', ...common(input, outcomes) }
}

/** The natural logarithm of 1 + x; a value up to −1 is unseen. */
export function log1p<const I extends string>(input: I, outcomes: Options = {}): NumberEncoder<I> {
  return { kind: 'log1p', ...common(input, outcomes) }
}

/** The square root; a negative value is unseen. */
export function sqrt<const I extends string>(input: I, outcomes: Options = {}): NumberEncoder<I> {
  return { kind: 'sqrt', ...common(input, outcomes) }
}

/**
 * The Yeo-Johnson transform ("A new family of power transformations to improve normality or symmetry", Biometrika
 * 87, 2000). Its lambda is given, or the most likely one in the training window.
 */
export function power<const I extends string>(
  input: I,
  { lambda, ...outcomes }: Options & { readonly lambda?: number } = {},
): NumberEncoder<I> {
  return { kind: 'power', ...common(input, outcomes), lambda: lambda ?? null }
}

/** x so that the smallest value of the training window becomes `low` (0) and the largest `high` (1). */
export function minMaxScale<const I extends string>(
  input: I,
  options: Options & {
    readonly low?: number
    readonly high?: number
    /** Whether values outside those of the training window become `low` or `high`. Default false. */
    readonly clip?: boolean
  } = {},
): NumberEncoder<I> {
  const { low = 0, high = 1, clip = false, ...outcomes } = options
  return { kind: 'min-max-scaling', ...common(input, outcomes), low, high, clip }
}

/** (x − mean) / standard deviation of the training window, which divides by the count. */
export function standardScale<const I extends string>(input: I, outcomes: Options = {}): NumberEncoder<I> {
  return { kind: 'standard-scaling', ...common(input, outcomes) }
}

/** (x − median) / the distance between two quantiles of the training window, by default the quartiles. */
export function robustScale<const I extends string>(
  input: I,
  { low = 0.25, high = 0.75, ...outcomes }: Options & { readonly low?: number; readonly high?: number } = {},
): NumberEncoder<I> {
  return { kind: 'robust-scaling', ...common(input, outcomes), low, high }
}

/** The product of numbers; one that is named twice is squared. Missing when one of them is. */
export function product<const I extends string>(
  inputs: readonly [I, I, ...I[]],
  outcomes: Options = {},
): NumberEncoder<I> {
  return { ...common(inputs[0], outcomes), kind: 'product', inputs }
}

type Pairs<T extends readonly string[]> = T extends readonly [
  infer A extends string,
  ...infer R extends readonly string[],
]
  ? `${A}_x_${R[number]}` | Pairs<R>
  : never

/** The product of every two of the inputs, `<a>_x_<b>`, to be spread into the features. */
export function interactions<const T extends readonly string[]>(
  inputs: T,
  outcomes: Options = {},
): Readonly<Record<Pairs<T>, NumberEncoder<T[number]>>> {
  const pairs = inputs.flatMap((a, i) => inputs.slice(i + 1).map(b => [a, b] as const))
  const features = pairs.map(([a, b]) => [`${a}_x_${b}`, product([a, b], outcomes)])
  return Object.fromEntries(features)
}

/** The terms of the second degree: every square, `<a>_squared`, and every interaction, to be spread into the features. */
export function polynomial<const T extends readonly string[]>(
  inputs: T,
  outcomes: Options = {},
): Readonly<Record<`${T[number]}_squared` | Pairs<T>, NumberEncoder<T[number]>>> {
  const squares = inputs.map(input => [`${input}_squared`, product([input, input], outcomes)])
  return { ...Object.fromEntries(squares), ...interactions(inputs, outcomes) }
}

interface Common<I extends string> extends Outcomes {
  readonly inputs: readonly I[]
  readonly takes: 'numbers'
}

function common<I extends string>(
  input: I,
  { unseen = Number.NaN, missing = Number.NaN }: Options,
): Common<I> {
  return { inputs: [input], takes: 'numbers', unseen, missing }
}
