import type { Decision, EventValues, FallbackMark, ModelIdentity, Reason } from '@millrace/core'
import type { Explanation } from '@millrace/inference'
import type { OnlineVector } from '@millrace/platform/online'

/** What was decided on an event that was asked about, and why. */
export interface RequestDecision {
  readonly event: EventValues
  readonly online: OnlineVector
  /** Null where a rule has decided. */
  readonly score: number | null
  readonly decision: string
  readonly model: ModelIdentity | null
  readonly fallback?: FallbackMark
  readonly shadow?: NonNullable<Decision['shadow']>
  readonly explanation?: Explanation
}

/** The decision as the caller is answered. */
export interface DecisionAnswer {
  readonly id: unknown
  readonly eventTime: unknown
  readonly score: number | null
  readonly decision: string
  readonly reasons?: readonly Reason[]
  readonly explanation?: Omit<Explanation, 'score' | 'reasons'>
  readonly features: OnlineVector['features']
  readonly featureTimes: OnlineVector['featureTimes']
  readonly featureAges: OnlineVector['featureAges']
  readonly truncated: boolean
  readonly fallback?: FallbackMark
  readonly model: ModelIdentity | null
}

/** Writes the answer; the shadow's score is for the log alone. */
export function answerOf(
  { event, online, score, decision, model, fallback, explanation }: RequestDecision,
  { id, eventTime }: { readonly id: string; readonly eventTime: string },
): DecisionAnswer {
  const { features, featureTimes, featureAges, truncated } = online
  return {
    id: event[id],
    eventTime: event[eventTime],
    score,
    decision,
    ...(explanation && explained(explanation)),
    features,
    featureTimes,
    featureAges,
    truncated,
    ...(fallback && { fallback }),
    model,
  }
}

function explained({
  score: _,
  reasons,
  ...explanation
}: Explanation): Pick<DecisionAnswer, 'reasons' | 'explanation'> {
  return { reasons, explanation }
}
