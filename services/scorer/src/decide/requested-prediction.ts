import { type Pipeline, type RequestedPrediction, routeOf } from '@millrace/core'
import { entitiesOf } from './named.ts'
import type { RequestDecision } from './request-decision.ts'

/** How a requested decision is logged: with the same facts as one of the stream. */
export function compileRequestedPrediction(
  pipeline: Pipeline,
): (decision: RequestDecision, decidedAt: number) => RequestedPrediction {
  const { scored, version } = pipeline
  const views = routeOf(pipeline, scored)
  return ({ event, online, score, decision, model, fallback, shadow }, decidedAt) => ({
    via: 'request',
    id: event[scored.id] as RequestedPrediction['id'],
    eventTime: event[scored.eventTime] as number,
    entities: entitiesOf(views, event),
    score,
    decision,
    features: online.features,
    featureTimes: online.featureTimes,
    truncated: online.truncated,
    version,
    model,
    ...(fallback && { fallback }),
    ...(shadow && { shadow }),
    decidedAt,
  })
}
