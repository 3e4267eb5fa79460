import {
  type ErrorCode,
  type EventValues,
  type FeatureView,
  idText,
  MillraceError,
  type Pipeline,
  routeOf,
  type VectorRecord,
} from '@millrace/core'
import type { Collected, Wanted } from '../history/entity-events.ts'
import type { Mismatch } from './compare-logged.ts'
import { differencesOf } from './vector-row.ts'

/** Asks for the features of an event: the model's inputs by name, null where missing. */
export type RequestFeatures = (event: EventValues) => Promise<Readonly<Record<string, number | null>>>

export interface RequestComparison {
  readonly compared: number
  readonly mismatches: readonly Mismatch[]
}

/** How long the scorer may take (ms). */
const ANSWER_WITHIN = 30_000

/** Compares logged vectors with what the scorer answers to their events now. Throws what asking throws. */
export async function compareRequested(
  { model }: Pipeline,
  vectors: readonly VectorRecord[],
  request: RequestFeatures,
  tolerance: number,
): Promise<RequestComparison> {
  const mismatches: Mismatch[] = []
  for (const { event, vector } of vectors) {
    const features = await request(event)
    const requested = model.inputs.map(name => features[name] ?? Number.NaN)
    const differences = differencesOf(model.inputs, vector, requested, tolerance)
    if (differences.length > 0) mismatches.push({ event, differences })
  }
  return { compared: vectors.length, mismatches }
}

/** The entities of events, by the views that these visit. */
export function entitiesOf(pipeline: Pipeline, events: readonly EventValues[]): Wanted {
  const views = routeOf(pipeline, pipeline.scored)
  return new Map(views.map(view => [view, new Set(events.map(event => idText(event, view.entity)))]))
}

/**
 * Whether a request still answers as of the vector's time: its event is the newest of every entity, labels and all, and
 * none was forgotten since. What came later is in the states, and is taken out again of exact windows only.
 */
export function isNewest(pipeline: Pipeline, { event }: VectorRecord, collected: Collected): boolean {
  const { id, eventTime } = pipeline.scored
  const time = event[eventTime] as number
  const isBefore = (view: FeatureView): boolean =>
    [...collected.of(view, idText(event, view.entity))].every(([source, events]) =>
      events.every(
        other =>
          (other[source.eventTime] as number) < time ||
          (source === pipeline.scored && other[id] === event[id]),
      ),
    )
  const isKnown = (view: FeatureView): boolean =>
    collected.erasuresOf(view, idText(event, view.entity)).every(erasure => erasure < time)
  return routeOf(pipeline, pipeline.scored).every(view => isBefore(view) && isKnown(view))
}

/** What an answer other than 200 means; 5xx is MODEL_UNAVAILABLE, any other 4xx is for the event. */
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'RATE_LIMITED',
}

/**
 * Asks a scorer at its address, with an API key where it wants one. Throws REQUEST_INVALID for an event that it refuses,
 * UNAUTHENTICATED, FORBIDDEN or RATE_LIMITED when it turns the caller away, else MODEL_UNAVAILABLE.
 */
export function askScorer(url: string, apiKey?: string): RequestFeatures {
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {}
  const address = new URL('/v1/score', url)
  return async event => {
    const response = await fetch(address, {
      method: 'POST',
      headers,
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    }).catch(cause => {
      throw new MillraceError('MODEL_UNAVAILABLE', `No scorer answers at ${address.origin}: is it running?`, {
        cause,
      })
    })
    if (response.ok) return ((await response.json()) as { features: Record<string, number | null> }).features
    const code =
      CODE_OF_STATUS[response.status] ?? (response.status < 500 ? 'REQUEST_INVALID' : 'MODEL_UNAVAILABLE')
    throw new MillraceError(code, `The scorer answers ${response.status}: ${await response.text()}`)
  }
}
