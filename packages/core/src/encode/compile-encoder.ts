import type { Encoder } from '../define/encoder.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import type { FittedEncoder } from './artifact.ts'
import { isMissingValue } from './category.ts'
import { compileCategoryEncoder } from './compile-category.ts'
import { compileNumberEncoder, type NumberFunction } from './compile-number.ts'

/**
 * Makes one value of those of a row. `fold` is what a row of the training window is divided by into folds, and
 * negative for any other row.
 */
export type Encode = (row: readonly FeatureValue[], fold: number) => FeatureValue

/**
 * Builds an encoder: every branch on the declaration, and on what was learnt, is taken here, once.
 * @param inputs the places of its inputs in a row
 * @param fitted what it has learnt; undefined where it learns nothing
 */
export function compileEncoder(
  encoder: Encoder,
  inputs: readonly number[],
  fitted: FittedEncoder | undefined,
): Encode {
  switch (encoder.kind) {
    case 'first-known':
      return firstKnown(inputs, encoder.otherwise)
    case 'product':
      return row => finiteOr(encoder, productOf(row, inputs))
    case 'one-hot':
    case 'ordinal':
    case 'hashing':
    case 'frequency':
    case 'target':
    case 'is-missing':
    case 'imputation': {
      const encode = compileCategoryEncoder(encoder, fitted)
      const input = inputs[0]!
      return (row, fold) => encode(row[input]!, fold)
    }
    default:
      return unary(encoder, inputs[0]!, compileNumberEncoder(encoder, fitted))
  }
}

function firstKnown(inputs: readonly number[], otherwise: FeatureValue): Encode {
  return row => {
    for (const input of inputs) if (!isMissingValue(row[input]!)) return row[input]!
    return otherwise
  }
}

function productOf(row: readonly FeatureValue[], inputs: readonly number[]): number {
  let product = 1
  for (const input of inputs) product *= row[input] as number
  return product
}

interface NumberOutcomes {
  readonly unseen: number
  readonly missing: number
}

function unary({ unseen, missing }: NumberOutcomes, input: number, compute: NumberFunction): Encode {
  return row => {
    const x = row[input] as number
    if (Number.isNaN(x)) return missing
    const y = compute(x)
    return Number.isFinite(y) ? y : unseen
  }
}

function finiteOr({ unseen, missing }: NumberOutcomes, value: number): number {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? missing : unseen
}
