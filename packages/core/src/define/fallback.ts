/** What is done where a score cannot be had as it should be. */
export type FallbackAction =
  /** The request is refused with 503. */
  | 'refuse'
  /** The model scores what is there. */
  | 'use'
  /** The model scores, with the declared values in the place of what is not there. */
  | 'defaults'
  /** The version with the alias `degraded` scores what is there; where nobody has the alias, the request is refused. */
  | 'degraded'
  /** The declared rule decides, without a score. */
  | 'rule'

/** Why a decision was made in another way than it should be. */
export type FallbackReason = 'store-unavailable' | 'stale' | 'missing' | 'model-unavailable'

/** What is done without features, or without a model (docs/fallbacks.md). */
export interface Fallback<Input extends string = string> {
  /** Redis does not answer in time. Default `refuse`. */
  readonly storeUnavailable?: 'refuse' | 'defaults' | 'degraded' | 'rule'
  /** A feature of a request is older than the freshness that its view declares. Default `use`. */
  readonly stale?: 'use' | 'defaults' | 'degraded' | 'rule'
  /** A feature has no value, in the stream and in requests. Default `use`: the model is given NaN. */
  readonly missing?: 'use' | 'defaults'
  /** No version of the model can answer a request. Default `refuse`. The stream waits for one. */
  readonly modelUnavailable?: 'refuse' | 'rule'
  /** The values of `defaults`, by input. An input that is not named stays missing. */
  readonly defaults?: Readonly<Partial<Record<Input, number>>>
  /** Decides by the features that are there, null where one is missing; answers one of the declared decisions. */
  readonly rule?: (features: Readonly<Record<Input, number | null>>) => string
}

/** How a decision that was made in another way is marked, in the answer and in the prediction. */
export interface FallbackMark {
  readonly reason: FallbackReason
  readonly action: FallbackAction
}

/** What a model declares, as far as its fallbacks go. */
interface FallingBack {
  readonly name: string
  readonly inputs: readonly string[]
  readonly fallback?: Fallback
}

/** Everything that is wrong with a model's fallbacks. */
export function fallbackFaults({ name, inputs, fallback }: FallingBack): string[] {
  if (fallback === undefined) return []
  const { defaults = {}, rule, ...actions } = fallback
  const place = `model "${name}": its fallback`
  const chosen = Object.values(actions)
  const faults = Object.entries(defaults).flatMap(([input, value]) => {
    if (!inputs.includes(input)) return [`${place} has a default for "${input}", which is none of the inputs`]
    return Number.isFinite(value) ? [] : [`${place} has a default for "${input}" that is not finite`]
  })
  if (chosen.includes('rule') && rule === undefined)
    faults.push(`${place} is a rule, and there is none: declare "rule"`)
  if (!chosen.includes('rule') && rule !== undefined) faults.push(`${place} has a rule that is never asked`)
  if (chosen.includes('defaults') && Object.keys(defaults).length === 0)
    faults.push(`${place} is defaults, and there are none: declare "defaults"`)
  return faults
}
