import type { Prediction } from '@millrace/core'
import type { HandbookFeatures } from '@millrace/testkit'

const MEAN_TOLERANCE = 1e-9

/** Names every feature that differs from the batch result: counts, flags and risks at all, means by more than 1e-9. */
export function featureMismatches(
  predictions: ReadonlyMap<string, Prediction>,
  transactions: readonly { readonly transactionId: string }[],
  expected: readonly HandbookFeatures[],
): string[] {
  return transactions.flatMap(({ transactionId }, i) =>
    mismatchesOf(predictions.get(transactionId)!, expected[i]!),
  )
}

function mismatchesOf({ id, features, truncated }: Prediction, expected: HandbookFeatures): string[] {
  const differing = Object.entries(expected).filter(([name, value]) => {
    const tolerance = name.includes('mean') ? MEAN_TOLERANCE : 0
    return !(Math.abs(features[name]! - value) <= tolerance)
  })
  const words = differing.map(([name, value]) => `${id} ${name}: ${features[name]}, not ${value}`)
  return truncated ? [...words, `${id} is truncated`] : words
}
