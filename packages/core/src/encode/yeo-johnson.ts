/** The Yeo-Johnson transform of a value (Biometrika 87, 2000, equation 2.1). */
export function yeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return lambda === 0 ? Math.log1p(x) : Math.expm1(lambda * Math.log1p(x)) / lambda
  const mirrored = 2 - lambda
  return mirrored === 0 ? -Math.log1p(-x) : -Math.expm1(mirrored * Math.log1p(-x)) / mirrored
}

/** Where the most likely lambda is looked for. */
const LOWEST = -10
const HIGHEST = 10
/** How near it is found. */
const TOLERANCE = 1e-9
const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * The most likely lambda, from −10 to 10: the transformed values are taken to be normal, with mean and variance at
 * their most likely. Values that are all the same are left as they are, by a lambda of 1.
 */
export function fitLambda(values: Float64Array): number {
  if (values.every(value => value === values[0])) return 1
  const jacobian = values.reduce((sum, x) => sum + Math.sign(x) * Math.log1p(Math.abs(x)), 0)
  return maximum(lambda => logLikelihood(values, lambda, jacobian), LOWEST, HIGHEST)
}

/** But for a constant: −n/2 ln σ² + (λ − 1) Σ sign(x) ln(1 + |x|). */
function logLikelihood(values: Float64Array, lambda: number, jacobian: number): number {
  const n = values.length
  let mean = 0
  let squares = 0
  for (let i = 0; i < n; i++) {
    const y = yeoJohnson(values[i]!, lambda)
    const distance = y - mean
    mean += distance / (i + 1)
    squares += distance * (y - mean)
  }
  const variance = squares / n
  // Far out the transform maps values so closely together that nothing is left but rounding.
  const isNoise = !(variance > (Number.EPSILON * mean) ** 2) || variance === Infinity
  return isNoise ? -Infinity : (-n / 2) * Math.log(variance) + (lambda - 1) * jacobian
}

/** The place of the maximum of a function that rises up to it and falls behind it, by golden sections. */
function maximum(f: (x: number) => number, from: number, to: number): number {
  let low = from
  let high = to
  let a = high - GOLDEN * (high - low)
  let b = low + GOLDEN * (high - low)
  let atA = f(a)
  let atB = f(b)
  while (high - low > TOLERANCE) {
    if (atA >= atB) {
      high = b
      b = a
      atB = atA
      a = high - GOLDEN * (high - low)
      atA = f(a)
    } else {
      low = a
      a = b
      atA = atB
      b = low + GOLDEN * (high - low)
      atB = f(b)
    }
  }
  return (low + high) / 2
}
