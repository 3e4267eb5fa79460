import type { Memory } from '../window/memory.ts'
import type { MemoryLayout } from '../window/memory-layout.ts'
import type { History } from './history.ts'
import type { RecentIds } from './recent-ids.ts'

/** What is kept of one entity of a feature view. Changed in place; whoever cannot store it drops it. */
export type ViewState = Memory

/** Where the states of a view have what. */
export interface StateLayout {
  readonly memory: MemoryLayout
  /** The place of the latest event time handled (epoch ms), −Infinity before the first event. */
  readonly latest: number
  /** One for each source of the view and precision of its windows, in the order of the declaration. */
  readonly histories: readonly History[]
  /** Ids of scored events, in the order of handling; the first one is within the view's `recentIds`. */
  readonly recentIds: RecentIds
}

/** How a vector stands to the history it was computed from. */
export interface Evaluation {
  /** The windows reach further back than what is kept: the values are lower bounds. */
  readonly truncated: boolean
  /** Event time of the newest event at or before the evaluation, or null when there is none. */
  readonly newest: number | null
}
