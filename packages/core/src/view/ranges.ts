import { reachOf, type Window } from '../define/window.ts'
import { tileSizeFor } from '../window/tile-size.ts'
import type { Tiles, Tiling } from '../window/tiles.ts'
import type { History } from './history.ts'

/** The events of a window at the evaluation at work: entries and tiles, from `start` to before `end`. */
export interface Located {
  entryStart: number
  entryEnd: number
  /** Undefined when nothing of the history is in tiles. */
  tiles: Tiles | undefined
  tileStart: number
  tileEnd: number
}

/** A window that features look at. */
export interface Range {
  readonly window: Window
  /** Index of the history's level whose tiles serve it. */
  readonly level: number
  readonly located: Located
  /** Finds the window's events at `time` (epoch ms). */
  locate(history: History, time: number): void
}

/** Which tiles serve a window. */
export function tilingOf(window: Window): Tiling {
  switch (window.kind) {
    case 'sliding':
      return { kind: 'fixed', size: tileSizeFor(window.length) }
    case 'hopping':
      return { kind: 'fixed', size: window.step }
    case 'session':
      return { kind: 'session', gap: window.gap }
  }
}

export function isSameTiling(a: Tiling, b: Tiling): boolean {
  if (a.kind === 'fixed') return b.kind === 'fixed' && a.size === b.size
  return b.kind === 'session' && a.gap === b.gap
}

export function isSameWindow(a: Window, b: Window): boolean {
  if (reachOf(a) !== reachOf(b)) return false
  if (a.kind === 'sliding') return b.kind === 'sliding' && a.offset === b.offset
  if (a.kind === 'hopping') return b.kind === 'hopping' && a.size === b.size && a.step === b.step
  return b.kind === 'session' && a.gap === b.gap
}

export function createRange(window: Window, level: number): Range {
  const located: Located = { entryStart: 0, entryEnd: 0, tiles: undefined, tileStart: 0, tileEnd: 0 }
  const locate = locatorOf(window, level, located)
  return { window, level, located, locate }
}

function locatorOf(window: Window, level: number, located: Located): Range['locate'] {
  switch (window.kind) {
    case 'sliding': {
      const { length, offset } = window
      const { size } = tilingOf(window) as { readonly size: number }
      return (history, time) =>
        locateBetween(history, level, size, time - offset - length, time - offset, located)
    }
    case 'hopping': {
      const { size, step, ago } = window
      return (history, time) => {
        const end = (Math.floor(time / step) + 1 - ago) * step
        locateBetween(history, level, step, end - size - 1, Math.min(time, end - 1), located)
      }
    }
    case 'session':
      return (history, time) => locateSession(history, level, window, time, located)
  }
}

/** Finds the entries in (from, to], and the tiles that overlap it, which count whole. */
function locateBetween(
  history: History,
  level: number,
  tileSize: number,
  from: number,
  to: number,
  located: Located,
): void {
  located.entryEnd = history.entriesUpTo(to)
  located.entryStart = located.entryEnd === 0 ? 0 : history.entriesUpTo(from)
  const tiles = history.tiles(level)
  located.tiles = tiles
  if (tiles === undefined) return
  located.tileEnd = tiles.countUpTo(to)
  located.tileStart = Math.min(located.tileEnd, tiles.countUpTo(from + 1 - tileSize))
}

/** Finds the session that is open at `time`: goes back from the newest event until a gap, or the longest reach. */
function locateSession(
  history: History,
  level: number,
  { gap, maxLength }: { readonly gap: number; readonly maxLength: number },
  time: number,
  located: Located,
): void {
  const { entries } = history
  const end = history.entriesUpTo(time)
  let start = end
  let next = time
  while (
    start > 0 &&
    next - entries.timeAt(start - 1) < gap &&
    entries.timeAt(start - 1) > time - maxLength
  ) {
    next = entries.timeAt(start - 1)
    start--
  }
  located.entryStart = start
  located.entryEnd = end
  const tiles = history.tiles(level)
  located.tiles = tiles
  if (tiles === undefined) return
  const tile = start > 0 ? 0 : tiles.countUpTo(next)
  located.tileEnd = tile
  located.tileStart = tile > 0 && next - tiles.newestAt(tile - 1) < gap ? tile - 1 : tile
}
