import { setTimeout } from 'node:timers/promises'
import { isRetriable } from './protocol-error.ts'

/** About 3 s between all tries: it is the stage that tries for ever, and it must be able to stop meanwhile. */
const PAUSES_MS = [100, 200, 400, 800, 1_600]

/** Waits some milliseconds. */
export type Pause = (ms: number) => Promise<unknown>

/** Tries until it succeeds, fails for good or has failed six times; the attempt is told how many were before it. */
export async function inTries<T>(
  attempt: (before: number) => Promise<T>,
  pause: Pause = setTimeout,
): Promise<T> {
  for (const [before, ms] of PAUSES_MS.entries()) {
    try {
      return await attempt(before)
    } catch (error) {
      if (!isRetriable(error)) throw error
    }
    await pause(ms)
  }
  return attempt(PAUSES_MS.length)
}
