import type { Encoder } from '../define/encoder.ts'
import { MillraceError } from '../errors.ts'
import type { FittedEncoder } from './artifact.ts'
import { yeoJohnson } from './yeo-johnson.ts'

/** What is no finite number, for a number that is none of its inputs, is no result. */
export type NumberFunction = (x: number) => number

type CategoryKind =
  | 'one-hot'
  | 'ordinal'
  | 'hashing'
  | 'frequency'
  | 'target'
  | 'is-missing'
  | 'imputation'
  | 'first-known'

type NumberEncoder = Exclude<Encoder, { readonly kind: CategoryKind | 'product' }>

/** Builds the function of an encoder that makes a number of one other. */
export function compileNumberEncoder(
  encoder: NumberEncoder,
  fitted: FittedEncoder | undefined,
): NumberFunction {
  switch (encoder.kind) {
    case 'log':
      return Math.log
    case 'log1p':
      return Math.log1p
    case 'sqrt':
      return Math.sqrt
    case 'sine':
      return x => Math.sin(angle(x, encoder))
    case 'cosine':
      return x => Math.cos(angle(x, encoder))
    case 'power':
      return powerOf(encoder.lambda ?? learnt(fitted, 'power').lambda)
    case 'binning':
      return binIn(encoder.edges)
    case 'quantile-binning':
    case 'uniform-binning':
      return binIn(learnt(fitted, 'binning').edges)
    case 'standard-scaling': {
      const { mean, deviation } = learnt(fitted, 'standard-scaling')
      return scaled(mean, deviation)
    }
    case 'robust-scaling': {
      const { center, spread } = learnt(fitted, 'robust-scaling')
      return scaled(center, spread)
    }
    case 'min-max-scaling':
      return minMaxScaled(encoder, learnt(fitted, 'min-max-scaling'))
  }
}

/** What an encoder has learnt. Throws ARTIFACT_MISSING for a pipeline that was not loaded with it. */
export function learnt<K extends FittedEncoder['kind']>(
  fitted: FittedEncoder | undefined,
  kind: K,
): Extract<FittedEncoder, { readonly kind: K }> {
  if (fitted?.kind === kind) return fitted as Extract<FittedEncoder, { readonly kind: K }>
  throw new MillraceError(
    'ARTIFACT_MISSING',
    `An encoder that learns (${kind}) was not fitted: run millrace fit.`,
  )
}

function angle(x: number, { period, start }: { readonly period: number; readonly start: number }): number {
  const turned = (x - start) % period
  return (2 * Math.PI * turned) / period
}

function powerOf(lambda: number): NumberFunction {
  return x => yeoJohnson(x, lambda)
}

/** The number of edges up to x. */
function binIn(edges: readonly number[]): NumberFunction {
  return x => {
    let low = 0
    let high = edges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (edges[middle]! <= x) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Values that were all the same have no spread: they become 0. */
function scaled(center: number, spread: number): NumberFunction {
  const divisor = spread === 0 ? 1 : spread
  return x => (x - center) / divisor
}

function minMaxScaled(
  { low, high, clip }: { readonly low: number; readonly high: number; readonly clip: boolean },
  { min, max }: { readonly min: number; readonly max: number },
): NumberFunction {
  const factor = (high - low) / (max === min ? 1 : max - min)
  const scale = (x: number): number => low + (x - min) * factor
  return clip ? x => Math.min(Math.max(scale(x), low), high) : scale
}
