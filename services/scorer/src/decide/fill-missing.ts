import type { FallbackMark, Model } from '@millrace/core'

/** A vector as the model is given it; marked where declared values stand in for missing ones. */
export interface FilledVector {
  readonly vector: readonly number[]
  readonly fallback?: FallbackMark
}

/** Puts declared values in the place of missing ones. */
export type FillMissing = (vector: readonly number[]) => FilledVector

const MARK: FallbackMark = { reason: 'missing', action: 'defaults' }

/** How the missing values of a vector are filled, in the stream and in requests alike. */
export function compileFill({ inputs, fallback }: Pick<Model, 'inputs' | 'fallback'>): FillMissing {
  if (fallback?.missing !== 'defaults') return vector => ({ vector })
  const fill = compileDefaults({ inputs, fallback })
  return vector => {
    const filled = fill(vector)
    return filled === vector ? { vector } : { vector: filled, fallback: MARK }
  }
}

/** Replaces missing values by the declared ones; answers the same vector where there are none to replace. */
export function compileDefaults({
  inputs,
  fallback,
}: Pick<Model, 'inputs' | 'fallback'>): (vector: readonly number[]) => readonly number[] {
  const defaults = inputs.map(input => fallback?.defaults?.[input])
  const fills = (value: number, i: number) => Number.isNaN(value) && defaults[i] !== undefined
  return vector =>
    vector.some(fills) ? vector.map((value, i) => (fills(value, i) ? defaults[i]! : value)) : vector
}
