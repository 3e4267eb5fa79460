import {
  decide,
  type EventValues,
  type FallbackMark,
  idText,
  MillraceError,
  type Model,
  type Pipeline,
} from '@millrace/core'
import type { ExplainOptions } from '@millrace/inference'
import type { ModelRoles } from '../models/pipeline-models.ts'
import type { ReadAllFeatures, ReadFeatures } from './read-features.ts'
import type { RequestDecision } from './request-decision.ts'
import { scoreVectors, type VectorScore } from './score-vectors.ts'

export interface DecideOptions {
  /** As of when features are computed (epoch ms); as of each event's own time where it is left out. */
  readonly at?: number | undefined
  /** Given where the decisions are to be explained. */
  readonly explain?: ExplainOptions | undefined
}

/**
 * Decides on clean events, in their order; one that the model cannot score has its error in its place. Fails with
 * STORE_UNAVAILABLE, or as `Scoring.score` does, where the declaration has nothing to stand in.
 */
export type DecideAll = (
  events: readonly EventValues[],
  options?: DecideOptions,
) => Promise<readonly (RequestDecision | MillraceError)[]>

/** An event with its features, on the way to its decision. */
interface Case extends ReadFeatures {
  readonly event: EventValues
}

const NO_MODEL: FallbackMark = { reason: 'model-unavailable', action: 'rule' }

/** How requests are decided on: features online, the model that answers the event's key, and what stands in for them. */
export function compileDecide(
  pipeline: Pipeline,
  models: ModelRoles,
  readFeatures: ReadAllFeatures,
): DecideAll {
  const { model } = pipeline
  return async (events, { at, explain } = {}) => {
    const read = await readFeatures(events, at)
    const cases = events.map((event, i): Case => ({ ...read[i]!, event }))
    const scores = await scoreCases(cases, pipeline, models)
    const decisions = cases.map((each, i) => decisionOn(each, scores[i], model))
    if (explain === undefined) return decisions
    const explained: (RequestDecision | MillraceError)[] = []
    for (const [i, decision] of decisions.entries()) {
      const scored = scores[i]
      const isExplained = scored !== undefined && !(decision instanceof MillraceError)
      explained.push(isExplained ? await withExplanation(decision, cases[i]!, scored, explain) : decision)
    }
    return explained
  }
}

/** The scores of those cases that a model decides, undefined for the others. */
async function scoreCases(
  cases: readonly Case[],
  pipeline: Pipeline,
  models: ModelRoles,
): Promise<readonly (VectorScore | undefined)[]> {
  const scores = Array<VectorScore | undefined>(cases.length)
  const scoreThose = async (wanted: (each: Case) => boolean, by: ModelRoles) => {
    const places = cases.flatMap((each, i) => (wanted(each) ? [i] : []))
    if (places.length === 0) return
    const keyed = places.map(i => ({
      key: idText(cases[i]!.event, pipeline.scored.key),
      vector: cases[i]!.vector,
    }))
    const scored = await scoreOrRule(keyed, by, pipeline.model)
    for (const [place, i] of places.entries()) scores[i] = scored?.[place]
  }
  await scoreThose(({ fallback }) => fallback?.action !== 'rule' && fallback?.action !== 'degraded', models)
  await scoreThose(({ fallback }) => fallback?.action === 'degraded', degradedAlone(models))
  return scores
}

/** Undefined where no model can answer and a rule is declared for that. */
async function scoreOrRule(
  ...[vectors, models, model]: Parameters<typeof scoreVectors>
): Promise<readonly VectorScore[] | undefined> {
  try {
    return await scoreVectors(vectors, models, model)
  } catch (error) {
    const isAway = error instanceof MillraceError && error.code === 'MODEL_UNAVAILABLE'
    if (isAway && model.fallback?.modelUnavailable === 'rule') return undefined
    throw error
  }
}

/** The degraded version answers every key, and nothing is compared with it. */
function degradedAlone(models: ModelRoles): ModelRoles {
  const degraded = () => {
    const version = models.degraded
    if (version !== undefined) return version
    throw new MillraceError('MODEL_UNAVAILABLE', 'No version has the alias "degraded".')
  }
  return {
    get champion() {
      return degraded()
    },
    degraded: models.degraded,
    shadow: undefined,
    forKey: degraded,
  }
}

function decisionOn(
  { event, online, fallback }: Case,
  scored: VectorScore | undefined,
  model: Model,
): RequestDecision | MillraceError {
  const marked = fallback && { fallback }
  if (scored === undefined) {
    const decision = model.fallback!.rule!(withNulls(online.features))
    const mark = fallback?.action === 'rule' ? fallback : NO_MODEL
    return { event, online, score: null, decision: known(decision, model), model: null, fallback: mark }
  }
  const { score, by, shadow } = scored
  if (!Number.isFinite(score)) {
    return new MillraceError('REQUEST_INVALID', 'The model has no finite answer to this event.')
  }
  const decision = decide(model, score)
  return { event, online, score, decision, model: by.identity, ...marked, ...(shadow && { shadow }) }
}

async function withExplanation(
  decision: RequestDecision,
  { vector }: Case,
  { by }: VectorScore,
  options: ExplainOptions,
): Promise<RequestDecision> {
  return { ...decision, explanation: await by.explainer.explain(vector, options) }
}

/** A rule answers one of the declared decisions, or whoever wrote it hears of it at once. */
function known(decision: string, { name, decisions }: Model): string {
  if (decisions.some(rule => rule.decision === decision)) return decision
  throw new MillraceError(
    'DECLARATION_INVALID',
    `The fallback rule of the model "${name}" answered a decision that is not declared.`,
  )
}

function withNulls(features: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(features).map(([name, value]) => [name, Number.isNaN(value) ? null : value]),
  )
}
