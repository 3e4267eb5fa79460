import type { FeatureValue } from '../define/feature-value.ts'
import type { FittedEncoder } from './artifact.ts'

/** One event of the training window, as a fitted encoder sees it. */
export interface TrainingValue {
  readonly value: FeatureValue
  /** What an event's fold follows from: a whole number from 0 on. */
  readonly fold: number
  /** 1 or 0; null while it is not known. */
  readonly outcome: number | null
}

/** How an encoder learns: a fold over the training window, whose parts can be folded apart and merged. */
export interface Fitting<S> {
  init(): S
  /** Adds an event to a state, in place. */
  add(state: S, event: TrainingValue): void
  /** The state of the events of both; neither is changed. */
  merge(a: S, b: S): S
  /** What was learnt; undefined when there was nothing to learn from. */
  finish(state: S): FittedEncoder | undefined
}
