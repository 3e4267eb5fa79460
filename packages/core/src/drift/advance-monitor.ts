import type { Monitor } from '../define/monitor.ts'
import { MillraceError } from '../errors.ts'
import type { DriftVerdict, FeatureVerdict } from '../message/drift-verdict.ts'
import type { ModelIdentity } from '../message/prediction.ts'
import type { DriftedFeature, RetrainingRequest } from '../message/retraining-request.ts'
import type { StatisticsRecord } from '../message/statistics-record.ts'
import type { DriftState, ModelTrack, OpenWindow } from './drift-state.ts'
import { followWindow, newTrack } from './episode.ts'
import { type Judgement, judgeWindow } from './judge-window.ts'
import type { ModelReference } from './model-reference.ts'
import { dueWindow, report } from './open-windows.ts'

export interface MonitorPlan {
  readonly monitor: Monitor
  /** The reference of a model's version; throws MODEL_UNAVAILABLE where it cannot be had yet. */
  readonly referenceOf: (model: ModelIdentity) => ModelReference
}

/** What follows from one record. */
export interface MonitorAdvance {
  readonly state: DriftState
  readonly verdict?: Omit<DriftVerdict, 'parent' | 'version'>
  readonly request?: RetrainingRequest
}

/**
 * Takes in one record and judges at most one window, the oldest that is due: a record has one output a topic, since
 * consumers tell the records of a topic apart by their parent. What else is due is judged with the next records.
 * Throws RECORD_UNREADABLE when the record does not fit the reference of its model.
 */
export function advanceMonitor(
  state: DriftState,
  record: StatisticsRecord,
  plan: MonitorPlan,
): MonitorAdvance {
  checkRecord(record, state, plan.referenceOf(record.model))
  const reported = report(state, record)
  const due = dueWindow(reported)
  return due === undefined ? { state: reported } : judge(reported, due, plan)
}

function judge(state: DriftState, due: OpenWindow, { monitor, referenceOf }: MonitorPlan): MonitorAdvance {
  const { model, window, events } = due
  const judgement = judgeWindow(due, referenceOf(model), monitor, state.firstEventTime!)
  const before = state.tracks.find(({ digest }) => digest === model.digest) ?? newTrack(model.digest)
  const after = followWindow(before, due, judgement.level, monitor.persistence)
  const verdict = { window, model, events, late: due.late + state.late, ...judgement, episode: after.episode }
  const next = { state: withoutWindow(state, due, after), verdict }
  return before.episode === null && after.episode !== null
    ? { ...next, request: requestOf(due, judgement, after.episode, after.driftingSince!) }
    : next
}

/** Drops the judged window, and the models that are neither open nor among the newest windows. */
function withoutWindow(state: DriftState, judged: OpenWindow, track: ModelTrack): DriftState {
  const open = state.open.filter(window => window !== judged)
  const tracks = [...state.tracks.filter(({ digest }) => digest !== track.digest), track]
  const oldestOfNewest = state.newest.at(-1)!
  const isAtWork = ({ digest, judgedUpTo }: ModelTrack) =>
    judgedUpTo >= oldestOfNewest || open.some(({ model }) => model.digest === digest)
  return { ...state, open, late: 0, tracks: tracks.filter(isAtWork) }
}

function requestOf(
  due: OpenWindow,
  { features }: Judgement,
  episode: string,
  from: number,
): RetrainingRequest {
  const { model, window } = due
  return { model, episode, reason: driftedOf(features), window, trainOn: { from, to: window.end } }
}

function driftedOf(features: Readonly<Record<string, FeatureVerdict>>): DriftedFeature[] {
  return Object.entries(features)
    .filter(([, { level }]) => level === 'drift')
    .map(([feature, { psi }]) => ({ feature, psi: psi! }))
    .toSorted((a, b) => b.psi - a.psi)
}

function checkRecord(record: StatisticsRecord, { reported }: DriftState, { features }: ModelReference): void {
  const misfits = Object.entries(features)
    .filter(([name, { fractions }]) => record.features[name]?.counts.length !== fractions.length)
    .map(([name]) => name)
  const isPartition = record.partition in reported
  if (misfits.length === 0 && isPartition) return
  const fault = isPartition
    ? `its bins of ${misfits.join(', ')} are not those of the reference`
    : `the score stage has ${reported.length} partitions`
  const { partition, model } = record
  throw new MillraceError(
    'RECORD_UNREADABLE',
    `Statistics of ${model.name} ${model.version} from partition ${partition} cannot be used: ${fault}.`,
    { details: { partition, misfits } },
  )
}
