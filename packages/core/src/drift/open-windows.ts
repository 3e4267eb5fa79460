import type { FeatureCounts, StatisticsRecord, WindowCounts } from '../message/statistics-record.ts'
import { BinnedCounts } from '../statistics/binned-counts.ts'
import type { DriftState, OpenWindow } from './drift-state.ts'

/** A window is judged without the partitions that are silent when this many later ones have been reported. */
const LATER_WINDOWS = 3

/** Merges a record into its window; when that has its verdict, the record's events are late. */
export function report(state: DriftState, record: StatisticsRecord): DriftState {
  const { start } = record.window
  const reported = state.reported.with(
    record.partition,
    Math.max(start, state.reported[record.partition] ?? start),
  )
  const newest = state.newest.includes(start)
    ? state.newest
    : [...state.newest, start].toSorted((a, b) => b - a).slice(0, LATER_WINDOWS)
  const firstEventTime = Math.min(record.firstEventTime, state.firstEventTime ?? record.firstEventTime)
  const progress = { ...state, firstEventTime, reported, newest }
  return isJudged(state, record)
    ? { ...progress, late: state.late + record.events + record.late }
    : { ...progress, open: place(state.open, record) }
}

/**
 * The oldest window that can be judged: every partition reported it or a later one, or three later ones were
 * reported by anyone, since an idle partition must not hold back verdicts for ever. A window can be judged only
 * when all before it of the same model can, so that the verdicts on a model come in the order of its windows.
 */
export function dueWindow({ open, reported, newest }: DriftState): OpenWindow | undefined {
  return open.find(({ window, reportedBy }) => {
    const isOverdue = newest.length === LATER_WINDOWS && newest.every(later => later > window.start)
    const isPast = (latest: number | null) => latest !== null && latest > window.start
    return (
      isOverdue || reported.every((latest, partition) => reportedBy.includes(partition) || isPast(latest))
    )
  })
}

function isJudged({ tracks }: DriftState, { model, window }: StatisticsRecord): boolean {
  return tracks.some(({ digest, judgedUpTo }) => digest === model.digest && window.start <= judgedUpTo)
}

function place(open: readonly OpenWindow[], record: StatisticsRecord): readonly OpenWindow[] {
  const index = open.findIndex(window => isSameWindow(window, record))
  if (index >= 0) return open.with(index, mergeInto(open[index]!, record))
  const { model, window, firstEventTime, events, late, features, partition } = record
  const added = { model, window, firstEventTime, events, late, features, reportedBy: [partition] }
  return [...open, added].toSorted((a, b) => a.window.start - b.window.start)
}

function isSameWindow(a: WindowCounts, b: WindowCounts): boolean {
  return a.window.start === b.window.start && a.model.digest === b.model.digest
}

function mergeInto(window: OpenWindow, record: StatisticsRecord): OpenWindow {
  const features = Object.entries(window.features).map(
    ([name, counts]) => [name, mergeCounts(counts, record.features[name]!)] as const,
  )
  return {
    ...window,
    firstEventTime: Math.min(window.firstEventTime, record.firstEventTime),
    events: window.events + record.events,
    late: window.late + record.late,
    features: Object.fromEntries(features),
    reportedBy: [...new Set([...window.reportedBy, record.partition])],
  }
}

function mergeCounts(a: FeatureCounts, b: FeatureCounts): FeatureCounts {
  const { counts, missing } = new BinnedCounts(a.counts, a.missing).merge(
    new BinnedCounts(b.counts, b.missing),
  )
  return { missing, counts }
}
