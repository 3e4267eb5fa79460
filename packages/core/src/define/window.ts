import { days } from '../time/duration.ts'

/**
 * `exact`: every event counts from its own time on, up to the view's `maxEntries`, beyond which the oldest are put
 * into tiles. `tiled`: events are put into tiles at once, so that a state is small at any rate; a tile counts whole.
 */
export type Precision = 'exact' | 'tiled'

/** The window (t − offset − window, t − offset] of an evaluation at t; start exclusive, end inclusive. */
export interface SlidingWindow {
  /** Length in milliseconds. */
  readonly window: number
  /** How far the window lies behind the evaluation (ms). Default 0. */
  readonly offset?: number
  /** Default `exact`. */
  readonly precision?: Precision
}

/**
 * Of the windows of `size` that start at every multiple of `step` since the epoch, the oldest that has not ended at t,
 * or the one `ago` steps before it. Start inclusive, end exclusive; it holds what has happened up to t.
 */
export interface HoppingWindow {
  readonly kind: 'hopping'
  readonly size: number
  readonly step: number
  readonly ago: number
  readonly precision: Precision
}

/**
 * The session that is open at t: the newest events, each less than `gap` after the one before it, the last one less
 * than `gap` before t. It reaches back `maxLength` at the most.
 */
export interface SessionWindow {
  readonly kind: 'session'
  readonly gap: number
  readonly maxLength: number
  readonly precision: Precision
}

/** A window as the engine sees it. */
export type Window =
  | {
      readonly kind: 'sliding'
      readonly length: number
      readonly offset: number
      readonly precision: Precision
    }
  | HoppingWindow
  | SessionWindow

/** A window as it is declared. */
export type DeclaredWindow = SlidingWindow | HoppingWindow | SessionWindow

interface FixedWindowOptions {
  /** How many windows before the one at t: 0 is that one so far, 1 the one before it, complete. Default 0. */
  readonly ago?: number
  /** Default `exact`. */
  readonly precision?: Precision
}

/** Windows of `size` (ms) side by side: the hour, the day (UTC). */
export function tumbling(size: number, options: FixedWindowOptions = {}): HoppingWindow {
  return hopping(size, size, options)
}

/** Windows of `size` (ms) that start every `step` (ms), of which `size` is a multiple. */
export function hopping(
  size: number,
  step: number,
  { ago = 0, precision = 'exact' }: FixedWindowOptions = {},
): HoppingWindow {
  return { kind: 'hopping', size, step, ago, precision }
}

/** Sessions, which end when nothing happens for `gap` (ms). */
export function session(
  gap: number,
  options: {
    /** How far back a session counts (ms); a `tiled` one counts from its start. Default one day. */
    readonly maxLength?: number
    /** Default `exact`. */
    readonly precision?: Precision
  } = {},
): SessionWindow {
  return { kind: 'session', gap, maxLength: days(1), precision: 'exact', ...options }
}

/** A declared window with its defaults. */
export function windowOf(declared: DeclaredWindow): Window {
  if ('kind' in declared) return declared
  const { window: length, offset = 0, precision = 'exact' } = declared
  return { kind: 'sliding', length, offset, precision }
}

/** How far before an evaluation its window begins, at the most (ms). */
export function reachOf(window: Window): number {
  switch (window.kind) {
    case 'sliding':
      return window.length + window.offset
    case 'hopping':
      return window.size + window.step * window.ago
    case 'session':
      return window.maxLength
  }
}

/** Everything that is wrong with a window, as the end of a sentence about it. */
export function windowFaults(window: Window): string[] {
  switch (window.kind) {
    case 'sliding':
      return [
        ...notPositive('its window', window.length),
        ...(isWhole(window.offset) && window.offset >= 0
          ? []
          : ['its offset must be a whole number of ms, not negative']),
      ]
    case 'hopping':
      return [
        ...notPositive('its window', window.size),
        ...notPositive('the step of its window', window.step),
        ...(window.size % window.step === 0 ? [] : ['the size of its window must be a multiple of its step']),
        ...(isWhole(window.ago) && window.ago >= 0
          ? []
          : ['its `ago` must be a whole number of windows, not negative']),
      ]
    case 'session':
      return [
        ...notPositive('the gap of its session', window.gap),
        ...(window.maxLength >= window.gap
          ? []
          : ['the `maxLength` of its session must not be shorter than its gap']),
      ]
  }
}

function notPositive(what: string, length: number): string[] {
  return isWhole(length) && length > 0 ? [] : [`${what} must be a whole number of ms, longer than 0 ms`]
}

const isWhole = Number.isSafeInteger
