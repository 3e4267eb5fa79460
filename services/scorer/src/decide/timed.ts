import type { Tally } from '@millrace/platform/metrics'
import type { ReadAllFeatures } from './read-features.ts'

/** The same reading of features; how long it takes (s) is counted, whatever becomes of it. */
export function timed(read: ReadAllFeatures, tally: Tally): ReadAllFeatures {
  return async (events, at) => {
    const start = performance.now()
    try {
      return await read(events, at)
    } finally {
      tally.observe((performance.now() - start) / 1_000)
    }
  }
}
