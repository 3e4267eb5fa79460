import type { StageWrite, TakenRecord, WritePair } from '@millrace/core'
import type { StateCache } from './state-cache.ts'

/** The states of a stage partition between the store and the step, a round at a time. */
export interface TaskStates<V, S> {
  /** What is kept in memory; undefined where nothing is. */
  readonly cache: StateCache<S> | undefined
  /**
   * Gets the states of the records of a round.
   * @param pair the last change by this owner
   * @returns the last change now, or `refused` when it was another's
   */
  fetch(records: readonly TakenRecord<V>[], pair: WritePair): Promise<WritePair | 'refused'>
  /** The state of a record of the round, by its place in it, with what was put for those before. */
  get(index: number): S | undefined
  /** Takes what the step made of a record: null erases the state. */
  put(index: number, state: S | null): void
  endRound(): void
  /**
   * What is to be stored of the rounds since this was asked last, by key; null is to be erased. It counts as stored, and
   * is good until the next round: whoever cannot store it drops all.
   */
  takeChanged(): StageWrite['states']
}
