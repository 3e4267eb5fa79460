/**
 * A watermark record tells a raw partition how far event time has come, so that a replay need not guess: it has no
 * value, and this header with epoch milliseconds ("no event before this time follows here"), or `end`.
 */
export const WATERMARK_HEADER = 'millrace-watermark'

/** No event follows in the partition. */
export const END_OF_INPUT = 'end'

/** The time that a watermark record's header tells (epoch ms, +∞ at the end), undefined when it tells none. */
export function parseWatermark(text: string): number | undefined {
  if (text === END_OF_INPUT) return Number.POSITIVE_INFINITY
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
