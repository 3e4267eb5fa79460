import { wholeNumber } from '../config/plain-fields.ts'

/** What a process reads from its environment about its end. */
export const drainConfig = {
  /** How long it serves on when it is told to stop, until nobody sends it anything new (ms). */
  DRAIN_DELAY_MS: wholeNumber({ min: 0, max: 600_000 }).default(0),
  /** How long it may then take to finish its work and to close (ms). Below Kubernetes' 30 s. */
  DRAIN_TIMEOUT_MS: wholeNumber({ min: 100, max: 3_600_000 }).default(25_000),
}

/** How long the steps of an end may take (ms). */
export interface DrainTimes {
  readonly delay: number
  readonly timeout: number
}

export const DEFAULT_DRAIN: DrainTimes = { delay: 0, timeout: 25_000 }

export function drainTimes(config: {
  readonly DRAIN_DELAY_MS: number
  readonly DRAIN_TIMEOUT_MS: number
}): DrainTimes {
  return { delay: config.DRAIN_DELAY_MS, timeout: config.DRAIN_TIMEOUT_MS }
}
