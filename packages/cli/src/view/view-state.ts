import type { Clock, StageOrder } from '@millrace/core'
import type { Input } from '../source/input-event.ts'
import type { StageView } from '../watch/stage-rates.ts'
import type { TotalsSnapshot } from './totals.ts'

/**
 * Where a run stands: it fills the windows, catches up with its clock or replays what lies before it, keeps step with
 * it, or waits for the last outcomes.
 */
export type Phase = 'history' | 'catching up' | 'replay' | 'live' | 'finishing'

/** All that is shown of a run at one moment. */
export interface ViewState {
  readonly pipeline: string
  readonly input: Pick<Input, 'name' | 'firstEventTime' | 'historyEnd' | 'size' | 'hasLabels'>
  readonly order: StageOrder
  readonly phase: Phase
  /** What the declared clock shows (epoch ms). */
  readonly clockTime: ReturnType<Clock['now']>
  readonly speed: number
  readonly totals: TotalsSnapshot
  readonly predictionsPerSecond: number
  readonly stages: readonly StageView[]
}

/** How far the run is, from 0 to 1; undefined when it has no end. */
export function progressOf({ phase, input, totals }: ViewState): number | undefined {
  const { firstEventTime, historyEnd, size } = input
  if (phase === 'history') {
    return ((totals.eventTime ?? firstEventTime) - firstEventTime) / (historyEnd - firstEventTime)
  }
  return size === undefined ? undefined : totals.counted / size
}
