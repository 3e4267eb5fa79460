/** The smallest fraction that a bin counts with, so that an empty bin has a finite logarithm. */
const FLOOR = 1e-4

/** Standard deviations of the noise that are allowed on top of its mean. */
const ALLOWED_DEVIATIONS = 3

/**
 * The population stability index Σ (c − r) ln(c / r) of the fractions c of a sample and r of a reference in the
 * same bins: natural logarithm, fractions floored at 1e-4 and not renormalised. Undefined when a side is empty.
 * @param fractions of the reference, one per bin
 * @param counts of the sample, one per bin
 */
export function psi(fractions: readonly number[], counts: readonly number[]): number | undefined {
  const total = sum(counts)
  if (total === 0 || sum(fractions) === 0) return undefined
  return sum(
    fractions.map((fraction, bin) => {
      const reference = Math.max(fraction, FLOOR)
      const current = Math.max(counts[bin]! / total, FLOOR)
      return (current - reference) * Math.log(current / reference)
    }),
  )
}

/** The law of the PSI when nothing drifts. */
export interface PsiNoise {
  readonly mean: number
  readonly deviation: number
}

/**
 * How large the PSI of two samples of one distribution comes out: (1/n + 1/m) times a chi² variable with B − 1
 * degrees of freedom, hence the mean (B − 1)(1/n + 1/m) and the standard deviation √(2(B − 1)) (1/n + 1/m)
 * (B. Yurdakul, "Statistical Properties of Population Stability Index", 2018). The law is that of bins with a few
 * expected values each; a bin that the floor fills adds up to about 0.05 more.
 * @param bins B, the number of bins
 * @param n values of the window
 * @param m values of the reference
 */
export function psiNoise(bins: number, n: number, m: number): PsiNoise {
  const scale = 1 / n + 1 / m
  return { mean: (bins - 1) * scale, deviation: Math.sqrt(2 * (bins - 1)) * scale }
}

/**
 * What is added to a declared threshold, since a PSI holds that much noise: its mean and three standard deviations.
 * A threshold T thus means the same effect in windows of any size: an effect of T itself is as a rule not reported,
 * one of T + 2 allowances is. In ten bins and against a large reference the allowance is 0.217 for 100 values,
 * 0.109 for 200, 0.022 for 1,000 and 0.002 for 10,000: below about 220 values a PSI of 0.1 alone proves nothing.
 * Without drift a feature passes the allowance itself in 1 % of the windows, and with a threshold of 0.1 on top, at
 * 200 values, in 4 of a million, which leaves room for many features and windows.
 */
export function psiAllowance(bins: number, n: number, m: number): number {
  const { mean, deviation } = psiNoise(bins, n, m)
  return mean + ALLOWED_DEVIATIONS * deviation
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
