import {
  type Clock,
  compileCleaning,
  decide,
  type EventValues,
  MillraceError,
  type Pipeline,
  type Rejection,
} from '@millrace/core'
import type { Scoring } from '@millrace/inference'
import { type HttpApp, readJson } from '@millrace/platform'
import type { OnlineFeatures } from '@millrace/platform/online'

export interface ScoreRouteOptions {
  readonly pipeline: Pipeline
  readonly scoring: Pick<Scoring, 'score' | 'identity'>
  readonly online: Pick<OnlineFeatures, 'compute'>
  /** The declared clock: the time of events that bring none. */
  readonly clock: Clock
}

/**
 * Adds `POST /v1/score`: one raw event of the scored type in, the decision on it out, with the features as of the
 * event's own time. The event is cleaned as the ingestor cleans it; what the ingestor would refuse is answered by 400
 * with the reason.
 */
export function registerScoreRoute(app: HttpApp, options: ScoreRouteOptions): void {
  const { pipeline, clock } = options
  const clean = compileCleaning(pipeline.scored)
  app.post('/v1/score', async ({ body }, reply) => {
    const now = clock.now()
    const cleaning = clean(withEventTime(readJson(body), pipeline.scored.eventTime, now), now)
    if (!cleaning.ok) return reply.code(400).send(refusal(cleaning.rejection))
    return decisionOn(cleaning.event, options)
  })
}

/** Gives an event without a time the time of now. What is no object is left to the cleaning to refuse. */
function withEventTime(raw: unknown, field: string, now: number): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw
  const { [field]: given } = raw as Record<string, unknown>
  return given === undefined || given === null ? { ...raw, [field]: now } : raw
}

function refusal({ reason, message }: Rejection): object {
  return { error: message, reason }
}

async function decisionOn(
  event: EventValues,
  { pipeline, scoring, online }: ScoreRouteOptions,
): Promise<object> {
  const { scored, model } = pipeline
  const { vector, features, featureTimes, truncated } = await online.compute(event)
  const [score] = await scoring.score([vector])
  if (!Number.isFinite(score)) {
    throw new MillraceError('REQUEST_INVALID', 'The model has no finite answer to this event.')
  }
  return {
    id: event[scored.id],
    eventTime: event[scored.eventTime],
    score,
    decision: decide(model, score!),
    features,
    featureTimes,
    truncated,
    model: scoring.identity,
  }
}
