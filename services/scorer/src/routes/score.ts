import {
  type Clock,
  compileCleaning,
  type EventValues,
  idText,
  MillraceError,
  type Pipeline,
  type Rejection,
} from '@millrace/core'
import type { OnAnswer } from '@millrace/inference'
import { answerTo, type HttpApp, type HttpReply, isAwaited, readJson } from '@millrace/platform/http'
import type { DecideAll, DecideOptions } from '../decide/decide-requests.ts'
import type { PredictionLog } from '../decide/prediction-log.ts'
import { answerOf, type RequestDecision } from '../decide/request-decision.ts'
import { compileRequestedPrediction } from '../decide/requested-prediction.ts'
import { SCORE } from './describe-score.ts'
import { readScoreQuery, type ScoreQuery } from './score-query.ts'
import { type ScoreAnswer, tellAnswer } from './tell-answer.ts'

export interface ScoreRouteOptions {
  readonly pipeline: Pipeline
  readonly decideAll: DecideAll
  /** Where decisions are published. */
  readonly log: Pick<PredictionLog, 'add'>
  /** Told of every decision. */
  readonly onDecision?: (decision: RequestDecision) => void
  /** Told of every answer. */
  readonly onAnswer?: OnAnswer
  /** The declared clock: the time of events that bring none, and now. */
  readonly clock: Clock
  /** Events that one request may bring. Default 1,000. */
  readonly maxEvents?: number
}

/** Explanations are dear: a request may ask for so many. */
const MOST_EXPLAINED = 64

/**
 * Adds `POST /v1/score`: a raw event of the scored type in, the decision on it out; or a list of events, and a list of
 * what each is answered. Events are cleaned as the ingestor cleans them; what it would refuse is answered by 400, within
 * a list by its error in its place, unless none can be decided on. `?asOf=now` computes features as of now instead of as of the event's own time,
 * `?explain=true` asks for the reasons of the score.
 */
export function registerScoreRoute(app: HttpApp, options: ScoreRouteOptions): void {
  const { pipeline, onAnswer = () => {} } = options
  const score = compileScore(options)
  app.post<{ Querystring: ScoreQuery }>('/v1/score', SCORE, async ({ query, body }, reply) => {
    const make = () => score(query, body, reply)
    const { answer, isRefused } = await tellAnswer(pipeline.model.name, onAnswer, make)
    return reply.code(isRefused ? 400 : 200).send(answer)
  })
}

function compileScore(
  options: ScoreRouteOptions,
): (query: ScoreQuery, body: unknown, reply: HttpReply) => Promise<ScoreAnswer> {
  const { pipeline, clock, decideAll, maxEvents = 1_000 } = options
  const clean = compileCleaning(pipeline.scored)
  const log = compileLog(options)
  return async (query, body, reply) => {
    const now = clock.now()
    const { at, isExplained } = readScoreQuery(query, now)
    const raw = readJson(body)
    const cleaned = listOf(raw, isExplained ? MOST_EXPLAINED : maxEvents).map(event =>
      clean(withEventTime(event, pipeline.scored.eventTime, now), now),
    )
    const events = cleaned.flatMap(cleaning => (cleaning.ok ? [cleaning.event] : []))
    const explain = isExplained ? { isWanted: () => isAwaited(reply) } : undefined
    const decisions = await decide(decideAll, events, { at, explain })
    log(decisions, now)
    let next = 0
    const answers = cleaned.map(cleaning =>
      cleaning.ok ? answered(decisions[next++]!, pipeline) : refusal(cleaning.rejection),
    )
    const isRefused = answers.length > 0 && answers.every(answer => 'error' in answer)
    const answer = Array.isArray(raw) ? listAnswer(answers, isRefused) : answers[0]
    return { answer, isRefused, version: versionOf(decisions[0]) }
  }
}

function versionOf(decision: RequestDecision | MillraceError | undefined): string | undefined {
  return decision === undefined || decision instanceof MillraceError ? undefined : decision.model?.version
}

async function decide(decideAll: DecideAll, events: readonly EventValues[], options: DecideOptions) {
  return events.length === 0 ? [] : decideAll(events, options)
}

function compileLog({
  pipeline,
  log,
  onDecision = () => {},
}: ScoreRouteOptions): (decisions: readonly (RequestDecision | MillraceError)[], now: number) => void {
  const predictionOf = compileRequestedPrediction(pipeline)
  return (decisions, now) => {
    for (const decision of decisions) {
      if (decision instanceof MillraceError) continue
      onDecision(decision)
      log.add(idText(decision.event, pipeline.scored.key), predictionOf(decision, now))
    }
  }
}

/** One event, or several. Throws REQUEST_TOO_LARGE. */
function listOf(raw: unknown, maxEvents: number): readonly unknown[] {
  if (!Array.isArray(raw)) return [raw]
  if (raw.length <= maxEvents) return raw
  throw new MillraceError('REQUEST_TOO_LARGE', `A request may bring ${maxEvents} events: ask in parts.`)
}

/** Gives an event without a time the time of now. What is no object is left to the cleaning to refuse. */
function withEventTime(raw: unknown, field: string, now: number): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw
  const { [field]: given } = raw as Record<string, unknown>
  return given === undefined || given === null ? { ...raw, [field]: now } : raw
}

/** A list of which nothing could be decided on is an error like any other. */
function listAnswer(answers: readonly object[], isRefused: boolean): object {
  return isRefused ? { error: 'None of the events can be decided on.', answers } : answers
}

function answered(decision: RequestDecision | MillraceError, { scored }: Pipeline): object {
  return decision instanceof MillraceError ? answerTo(decision).body : answerOf(decision, scored)
}

function refusal({ reason, message }: Rejection): object {
  return { error: message, reason }
}
