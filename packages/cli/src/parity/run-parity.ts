import { type Aggregation, type Pipeline, reachOf, routeOf } from '@millrace/core'
import type { BackfillProgress } from '../backfill/run-backfill.ts'
import { type Collected, collectEvents } from '../history/entity-events.ts'
import type { EventLog } from '../history/event-log.ts'
import { type Comparison, compareLogged, type Selection, selects } from './compare-logged.ts'
import {
  compareRequested,
  entitiesOf,
  isNewest,
  type RequestComparison,
  type RequestFeatures,
} from './compare-requested.ts'
import { recompute } from './recomputed.ts'

export interface ParityOptions {
  readonly pipelineFile: string
  readonly selection: Selection
  /** Threads. */
  readonly workers: number
  /** How many vectors that differ are shown. */
  readonly show: number
  /** How many events are requested at the most. */
  readonly requests: number
  /** Undefined where nothing is requested. */
  readonly request: RequestFeatures | undefined
}

export interface ParityReport {
  readonly logged: Comparison
  readonly requested: RequestComparison | undefined
  /** Vectors from this event time on (epoch ms) could be compared: −∞ where all could, +∞ where none. */
  readonly comparableFrom: number
  /** Records that the clean topics have lost to their retention. */
  readonly lost: number
  /** The events of the entities of the mismatches. */
  readonly collected: Collected
}

/**
 * Compares the logged vectors with those that a backfill makes of the clean topics, and some with what the scorer
 * answers. Throws what the log, the backfill and the requests throw.
 */
export async function runParity(
  pipeline: Pipeline,
  log: EventLog,
  options: ParityOptions,
  progress: BackfillProgress,
): Promise<ParityReport> {
  const { selection, show } = options
  // First the vectors' end: every vector before it has its events in the clean topics by then.
  const ranges = await log.vectorRanges()
  const isWanted = selects(selection)
  const { rows, completeFrom, lost } = await recompute(pipeline, { ...options, log, isWanted }, progress)
  const comparableFrom = completeFrom + longestReach(pipeline)
  const from = Math.max(selection.from, comparableFrom)
  const logged = await compareLogged(pipeline, log.vectors(ranges), rows, { ...selection, from }, show)
  const candidates = options.request === undefined ? [] : logged.last.slice(0, 4 * options.requests)
  const events = [...logged.mismatches, ...candidates].map(({ event }) => event)
  const collected = await collectEvents(log, pipeline, entitiesOf(pipeline, events))
  const newest = candidates.filter(vector => isNewest(pipeline, vector, collected))
  const requested =
    options.request &&
    (await compareRequested(
      pipeline,
      newest.slice(0, options.requests),
      options.request,
      selection.tolerance,
    ))
  return { logged, requested, comparableFrom, lost, collected }
}

function longestReach(pipeline: Pipeline): number {
  const views = routeOf(pipeline, pipeline.scored)
  const features = views.flatMap(view => Object.values<Aggregation>(view.features))
  return Math.max(...features.map(({ window }) => reachOf(window)))
}
