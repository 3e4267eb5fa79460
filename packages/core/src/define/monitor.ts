/** What the drift monitor compares, how often, and when it asks for a new model. */
export interface Monitor {
  /** Length of the tumbling windows compared with the reference, in event time (ms). */
  readonly window: number
  /** PSI from which a feature or the score is worth a warning. */
  readonly warnAt: number
  /** PSI from which it counts as drift. */
  readonly alertAt: number
  /** Windows in a row that must drift before an episode opens, and must be quiet before it closes. */
  readonly persistence: number
  /** Windows with fewer events are not judged. */
  readonly minEvents: number
  /** Event time after the first event during which windows are not judged, while histories fill (ms). */
  readonly warmUp: number
}

/** Declares the drift monitor. Defaults: warn at 0.1, alert at 0.25, two windows, 200 events, no warm-up. */
export function defineMonitor(options: Partial<Monitor> & Pick<Monitor, 'window'>): Monitor {
  const defaults = { warnAt: 0.1, alertAt: 0.25, persistence: 2, minEvents: 200, warmUp: 0 }
  return Object.freeze({ ...defaults, ...options })
}
