import { wholeNumber } from '../config/plain-fields.ts'

/** How long the steps of an end may take (ms). */
export interface DrainTimes {
  readonly delay: number
  readonly timeout: number
}

/** The timeout is below Kubernetes' grace period of 30 s. */
export const DEFAULT_DRAIN: DrainTimes = { delay: 0, timeout: 25_000 }

/** What a process reads from its environment about its end. */
export const drainConfig = {
  /** How long it serves on when it is told to stop, until nobody sends it anything new (ms). */
  DRAIN_DELAY_MS: wholeNumber({ min: 0, max: 600_000 }).default(DEFAULT_DRAIN.delay),
  /** How long it may then take to finish its work and to close (ms). */
  DRAIN_TIMEOUT_MS: wholeNumber({ min: 100, max: 3_600_000 }).default(DEFAULT_DRAIN.timeout),
}

export function drainTimes(config: {
  readonly DRAIN_DELAY_MS: number
  readonly DRAIN_TIMEOUT_MS: number
}): DrainTimes {
  return { delay: config.DRAIN_DELAY_MS, timeout: config.DRAIN_TIMEOUT_MS }
}
