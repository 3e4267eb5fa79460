import {
  type EventValues,
  type FallbackAction,
  type FallbackMark,
  MillraceError,
  type Pipeline,
  routeOf,
} from '@millrace/core'
import type { OnlineFeatures, OnlineVector } from '@millrace/platform/online'
import { compileDefaults, compileFill } from './fill-missing.ts'

/** The features of an event, and how they are to be scored. */
export interface ReadFeatures {
  readonly online: OnlineVector
  /** As the model is given it. */
  readonly vector: readonly number[]
  readonly fallback?: FallbackMark
}

/** Reads the features of events, as of a time or of the events' own. Fails with STORE_UNAVAILABLE. */
export type ReadAllFeatures = (
  events: readonly EventValues[],
  at?: number,
) => Promise<readonly ReadFeatures[]>

/** How features are read, with what the declaration says of those that are not there, or are too old. */
export function compileReadFeatures(
  pipeline: Pipeline,
  online: Pick<OnlineFeatures, 'compute' | 'withoutStates'>,
): ReadAllFeatures {
  const { model, scored } = pipeline
  const { storeUnavailable = 'refuse', stale = 'use' } = model.fallback ?? {}
  const fill = compileFill(model)
  const defaults = compileDefaults(model)
  const views = routeOf(pipeline, scored)
  const isStale = ({ featureAges }: OnlineVector) =>
    stale !== 'use' && views.some(({ name, freshness }) => (featureAges[name] ?? 0) > freshness)
  const ofAction = (
    vector: OnlineVector,
    fallback: FallbackMark & { action: FallbackAction },
  ): ReadFeatures => ({
    online: vector,
    vector: fallback.action === 'defaults' ? defaults(vector.vector) : vector.vector,
    fallback,
  })
  const withoutStale = compileWithoutStale(pipeline)
  return async (events, at) => {
    const vectors = await readOrNone(online, events, at, storeUnavailable !== 'refuse')
    return events.map((event, i) => {
      const vector = vectors?.[i]
      if (vector === undefined) {
        return ofAction(online.withoutStates(event), {
          reason: 'store-unavailable',
          action: storeUnavailable,
        })
      }
      if (!isStale(vector)) return { online: vector, ...fill(vector.vector) }
      return ofAction(stale === 'defaults' ? withoutStale(vector) : vector, {
        reason: 'stale',
        action: stale,
      })
    })
  }
}

async function readOrNone(
  online: Pick<OnlineFeatures, 'compute'>,
  events: readonly EventValues[],
  at: number | undefined,
  mayFail: boolean,
): Promise<readonly OnlineVector[] | undefined> {
  try {
    return await online.compute(events, at)
  } catch (error) {
    if (mayFail && error instanceof MillraceError && error.code === 'STORE_UNAVAILABLE') return undefined
    throw error
  }
}

/** Takes the values of views away that are older than their freshness, so that the declared ones stand in for them. */
function compileWithoutStale({ model, views }: Pipeline): (vector: OnlineVector) => OnlineVector {
  const viewOf = model.inputs.map(input => views.find(({ features }) => Object.hasOwn(features, input)))
  return online => {
    const isOld = (i: number): boolean => {
      const view = viewOf[i]
      return view !== undefined && (online.featureAges[view.name] ?? 0) > view.freshness
    }
    return { ...online, vector: online.vector.map((value, i) => (isOld(i) ? Number.NaN : value)) }
  }
}
