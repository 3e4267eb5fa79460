import { type ClockDeclaration, days } from '@millrace/core'
import { SIMULATION_START, WARM_UP_MS } from '../source/simulation-input.ts'
import type { Progress } from './find-progress.ts'

export interface SimulationClockOptions {
  /** What was sent before. */
  readonly progress: Pick<Progress, 'identity' | 'eventTime'> | undefined
  readonly historyDays: number
  readonly speed: number
  /** Epoch milliseconds of the wall clock. */
  readonly nowMs: number
}

/**
 * The clock for services and a simulation that start now. A new simulation sends nearly all of its history as fast as
 * possible; one that is continued goes on at the event time that it had come to, so that time stood still meanwhile.
 */
export function simulationClock({
  progress,
  historyDays,
  speed,
  nowMs,
}: SimulationClockOptions): ClockDeclaration {
  const begin = progress?.identity.start ?? SIMULATION_START
  const afterHistory = begin + days(historyDays) - WARM_UP_MS * speed
  const start = Math.max(begin, afterHistory, progress?.eventTime ?? begin)
  return { kind: 'scaled', start: Math.round(start), speed, anchor: nowMs }
}

const DAY_MS = days(1)

/** Where a new simulation begins (epoch ms): before the wall clock, so that its history ends today. */
export function simulationStart(clock: ClockDeclaration, historyDays: number, nowMs: number): number {
  if (clock.kind === 'scaled') return SIMULATION_START
  return Math.floor(nowMs / DAY_MS - Math.ceil(historyDays)) * DAY_MS
}
