import type { Checks } from './checks.ts'

const LOOK_MS = 1_000

/** A turn of the event loop that takes longer is no peak: neither heartbeats nor requests are kept up with (ms). */
const LONGEST_DELAY_MS = 5_000

/** Keeps the check `event-loop`: whether the latest turns of the event loop came in time. Ends with the process. */
export function watchEventLoop(liveness: Checks, longestMs = LONGEST_DELAY_MS): void {
  liveness.report('event-loop', true, '')
  let due = performance.now() + LOOK_MS
  const looks = setInterval(() => {
    const lateMs = Math.round(performance.now() - due)
    due = performance.now() + LOOK_MS
    liveness.report('event-loop', lateMs < longestMs, `a turn came ${lateMs} ms late`)
  }, LOOK_MS)
  looks.unref()
}
