import type { Monitor } from '../define/monitor.ts'
import type { DriftLevel, DriftStatus, DriftVerdict, FeatureVerdict } from '../message/drift-verdict.ts'
import type { FeatureCounts, WindowCounts } from '../message/statistics-record.ts'
import { psi, psiAllowance } from '../statistics/psi.ts'
import type { FeatureReference, ModelReference } from './model-reference.ts'

/** What the numbers of one window say, without its past. */
export type Judgement = Pick<DriftVerdict, 'status' | 'level' | 'features'>

const LEVELS: readonly DriftLevel[] = ['stable', 'warning', 'drift']

/**
 * Compares a window with the reference of its model, feature by feature. A level counts from its declared PSI plus
 * what noise adds in a window of this size (`psiAllowance`). Missing values are told, and no part of the level:
 * they are a fault of the data, which a new model does not mend.
 * @param firstEventTime of the first event ever (epoch ms), from which the warm-up counts
 */
export function judgeWindow(
  counts: WindowCounts,
  reference: ModelReference,
  monitor: Monitor,
  firstEventTime: number,
): Judgement {
  const status = statusOf(counts, monitor, firstEventTime)
  if (status !== 'judged') return { status, level: null, features: {} }
  const features = Object.entries(reference.features).map(
    ([name, feature]) => [name, judgeFeature(feature, counts.features[name]!, monitor)] as const,
  )
  const found = features.map(([, { level }]) => level)
  return {
    status,
    level: LEVELS.findLast(level => found.includes(level)) ?? null,
    features: Object.fromEntries(features),
  }
}

function statusOf({ window, events }: WindowCounts, monitor: Monitor, firstEventTime: number): DriftStatus {
  if (window.start < firstEventTime + monitor.warmUp) return 'warming-up'
  return events < monitor.minEvents ? 'too-few-events' : 'judged'
}

function judgeFeature(
  reference: FeatureReference,
  { counts, missing }: FeatureCounts,
  monitor: Monitor,
): FeatureVerdict {
  const value = psi(reference.fractions, counts)
  if (value === undefined) return { psi: null, level: null, missing, allowance: null }
  const present = counts.reduce((sum, count) => sum + count, 0)
  const allowance = psiAllowance(reference.fractions.length, present, reference.count)
  return { psi: value, level: levelOf(value - allowance, monitor), missing, allowance }
}

function levelOf(effect: number, { warnAt, alertAt }: Monitor): DriftLevel {
  if (effect >= alertAt) return 'drift'
  return effect >= warnAt ? 'warning' : 'stable'
}
