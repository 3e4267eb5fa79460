const ENCODINGS = ['gzip', 'deflate'] as const

export type AnswerEncoding = (typeof ENCODINGS)[number]

/** The encoding of an answer that a client's Accept-Encoding asks for, or undefined: then it is sent as it is. */
export function preferredEncoding(accepted: string | undefined): AnswerEncoding | undefined {
  if (accepted === undefined) return undefined
  const weights = weightsOf(accepted)
  const weightOf = (encoding: string): number => weights.get(encoding) ?? weights.get('*') ?? 0
  const best = weightOf('deflate') > weightOf('gzip') ? 'deflate' : 'gzip'
  const asItIs = weights.get('identity') ?? 0
  return weightOf(best) > 0 && weightOf(best) >= asItIs ? best : undefined
}

function weightsOf(accepted: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const part of accepted.toLowerCase().split(',')) {
    const [encoding = '', ...parameters] = part.split(';').map(text => text.trim())
    const weight = parameters.find(text => text.startsWith('q='))
    weights.set(encoding, weight === undefined ? 1 : Number(weight.slice(2)) || 0)
  }
  return weights
}
