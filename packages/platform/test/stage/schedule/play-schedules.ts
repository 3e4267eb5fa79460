import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { StageOrder } from '@millrace/core'

export type ScheduleKind = 'claims' | 'erasure' | 'late' | 'recreation'

export interface Playing {
  readonly seeds: readonly number[]
  readonly order: StageOrder
  /** What happens beside crashes and the like: events come again or late, customers are erased, or a topic is made anew. */
  readonly kind?: ScheduleKind | undefined
  /** The broken rule, if one is. */
  readonly without?: string
}

/** What was wrong at the end of a schedule. */
export interface FailedSchedule {
  readonly seed: number
  readonly faults: readonly string[]
}

/**
 * Plays schedules until one fails, and answers that one. They have a thread of their own, since the test runner
 * watches every promise of its thread, which costs more than the schedules do.
 */
export async function playSchedules(playing: Playing): Promise<FailedSchedule | undefined> {
  const thread = new Worker(new URL('./schedule-thread.ts', import.meta.url), { workerData: playing })
  let failed: FailedSchedule | undefined
  thread.on('message', (message: FailedSchedule) => {
    failed = message
  })
  await once(thread, 'exit')
  return failed
}
