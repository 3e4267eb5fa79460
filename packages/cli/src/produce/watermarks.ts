import { days } from '@millrace/core'

const MOST_EVENTS_BETWEEN = 10_000
const DAY_MS = days(1)

/**
 * Decides when a replay tells its partitions about time: at the first event, with each day, and often enough in a busy
 * day that a bounded number of events in flight cannot wait for a watermark that is not sent yet.
 */
export class WatermarkSchedule {
  #latest = Number.NEGATIVE_INFINITY
  #day: number | undefined
  #eventsSince = 0

  /** The watermark to send before an event at `eventTime`, if one is due: no earlier event follows, but a late one. */
  before(eventTime: number | undefined): number | undefined {
    this.#eventsSince++
    if (eventTime === undefined || eventTime < this.#latest) return undefined
    this.#latest = eventTime
    const day = Math.floor(eventTime / DAY_MS)
    if (day === this.#day && this.#eventsSince < MOST_EVENTS_BETWEEN) return undefined
    this.#day = day
    this.#eventsSince = 0
    return eventTime
  }
}
