const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Sizes below a day, each of which divides the day. */
const SIZES = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(n => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(n => n * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map(n => n * HOUR),
]

/** A window has at least so many tiles, unless it is shorter than as many ms. */
const TILES_PER_WINDOW = 24

/**
 * The size of the tiles of a sliding window of `length` ms: at most a 24th of it, and a round one, so that windows of
 * about the same length share their tiles.
 */
export function tileSizeFor(length: number): number {
  const wanted = length / TILES_PER_WINDOW
  if (wanted >= DAY) return Math.floor(wanted / DAY) * DAY
  return SIZES.findLast(size => size <= wanted) ?? 1
}
