import type { DrainTimes } from './drain-config.ts'

/** A service at work. */
export interface RunningService {
  /** Default: no delay, and 25 s. */
  readonly drain?: DrainTimes
  /** What `close` has not done yet, for the log. */
  readonly remaining?: readonly string[]
  /** Finishes the work at hand, stores what is to be stored, and lets go of everything. */
  close(): Promise<void>
}
