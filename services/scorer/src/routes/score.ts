import {
  type Clock,
  compileCleaning,
  decide,
  type EventValues,
  MillraceError,
  type Pipeline,
  type Reason,
  type Rejection,
} from '@millrace/core'
import type { ModelExplainer, Scoring } from '@millrace/inference'
import { type HttpApp, readJson } from '@millrace/platform'
import { isAwaited } from '@millrace/platform/http'
import type { OnlineFeatures, OnlineVector } from '@millrace/platform/online'

export interface ScoreRouteOptions {
  readonly pipeline: Pipeline
  readonly scoring: Pick<Scoring, 'score' | 'identity'>
  readonly online: Pick<OnlineFeatures, 'compute'>
  readonly explainer: Pick<ModelExplainer, 'explain'>
  /** The declared clock: the time of events that bring none. */
  readonly clock: Clock
}

/**
 * Adds `POST /v1/score`: one raw event of the scored type in, the decision on it out, with the features as of the
 * event's own time. The event is cleaned as the ingestor cleans it; what the ingestor would refuse is answered by 400
 * with the reason. `?explain=true` asks for the reasons of the score.
 */
export function registerScoreRoute(app: HttpApp, options: ScoreRouteOptions): void {
  const { pipeline, clock } = options
  const clean = compileCleaning(pipeline.scored)
  app.post<{ Querystring: Query }>('/v1/score', async ({ query, body }, reply) => {
    const isExplained = readFlag(query.explain)
    const now = clock.now()
    const cleaning = clean(withEventTime(readJson(body), pipeline.scored.eventTime, now), now)
    if (!cleaning.ok) return reply.code(400).send(refusal(cleaning.rejection))
    const score: ScoreVector = isExplained
      ? vector => explain(vector, options, () => isAwaited(reply))
      : vector => scoreOf(vector, options)
    return decisionOn(cleaning.event, options, score)
  })
}

interface Query {
  readonly explain?: string | readonly string[]
}

function readFlag(given: Query['explain']): boolean {
  if (given === undefined || given === 'false') return false
  if (given === 'true') return true
  throw new MillraceError('REQUEST_INVALID', '"explain" must be true or false.')
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

type Vector = OnlineVector['vector']

/** A score, with what explains it where that is asked for. */
interface Scored {
  readonly score: number
  readonly reasons?: readonly Reason[]
  readonly explanation?: object
}

type ScoreVector = (vector: Vector) => Promise<Scored>

async function decisionOn(
  event: EventValues,
  { pipeline, scoring, online }: ScoreRouteOptions,
  scoreVector: ScoreVector,
): Promise<object> {
  const { scored, model } = pipeline
  const { vector, features, featureTimes, truncated } = await online.compute(event)
  const { score, ...explained } = await scoreVector(vector)
  return {
    id: event[scored.id],
    eventTime: event[scored.eventTime],
    score,
    decision: decide(model, score),
    ...explained,
    features,
    featureTimes,
    truncated,
    model: scoring.identity,
  }
}

async function scoreOf(vector: Vector, { scoring }: ScoreRouteOptions): Promise<Scored> {
  const [score] = await scoring.score([vector])
  if (Number.isFinite(score)) return { score: score! }
  throw new MillraceError('REQUEST_INVALID', 'The model has no finite answer to this event.')
}

async function explain(
  vector: Vector,
  { explainer }: ScoreRouteOptions,
  isWanted: () => boolean,
): Promise<Scored> {
  const { score, reasons, ...explanation } = await explainer.explain(vector, { isWanted })
  return { score, reasons, explanation }
}
