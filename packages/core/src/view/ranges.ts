import { reachOf, type Window } from '../define/window.ts'
import type { Memory } from '../window/memory.ts'
import { tileSizeFor } from '../window/tile-size.ts'
import type { Tiling } from '../window/tiles.ts'
import type { History } from './history.ts'

/** The events of a window at the evaluation at work: entries and tiles, from `start` to before `end`. */
export interface Located {
  /** Index of the history's level whose tiles serve the window. */
  readonly level: number
  entryStart: number
  entryEnd: number
  tileStart: number
  tileEnd: number
}

/** A window that features look at. */
export interface Range {
  readonly window: Window
  readonly located: Located
  /** Finds the window's events at `time` (epoch ms). */
  locate(history: History, memory: Memory, time: number): void
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
  const located: Located = { level, entryStart: 0, entryEnd: 0, tileStart: 0, tileEnd: 0 }
  return { window, located, locate: locatorOf(window, located) }
}

function locatorOf(window: Window, located: Located): Range['locate'] {
  switch (window.kind) {
    case 'sliding': {
      const { length, offset } = window
      const { size } = tilingOf(window) as { readonly size: number }
      return (history, memory, time) =>
        locateBetween(history, memory, size, time - offset - length, time - offset, located)
    }
    case 'hopping': {
      const { size, step, ago } = window
      return (history, memory, time) => {
        const end = (Math.floor(time / step) + 1 - ago) * step
        locateBetween(history, memory, step, end - size - 1, Math.min(time, end - 1), located)
      }
    }
    case 'session':
      return (history, memory, time) => locateSession(history, memory, window, time, located)
  }
}

/** Finds the entries in (from, to], and the tiles that overlap it, which count whole. */
function locateBetween(
  history: History,
  memory: Memory,
  tileSize: number,
  from: number,
  to: number,
  located: Located,
): void {
  located.entryEnd = history.entriesUpTo(memory, to)
  located.entryStart = located.entryEnd === 0 ? 0 : history.entriesUpTo(memory, from)
  located.tileStart = 0
  located.tileEnd = 0
  if (!history.hasTiles(memory)) return
  const tiles = history.tiles[located.level]!
  located.tileEnd = tiles.countUpTo(memory, to)
  located.tileStart = Math.min(located.tileEnd, tiles.countUpTo(memory, from + 1 - tileSize))
}

/** Finds the session that is open at `time`: goes back from the newest event until a gap, or the longest reach. */
function locateSession(
  history: History,
  memory: Memory,
  { gap, maxLength }: { readonly gap: number; readonly maxLength: number },
  time: number,
  located: Located,
): void {
  const { entries } = history
  const end = history.entriesUpTo(memory, time)
  let start = end
  let next = time
  while (
    start > 0 &&
    next - entries.timeAt(memory, start - 1) < gap &&
    entries.timeAt(memory, start - 1) > time - maxLength
  ) {
    next = entries.timeAt(memory, start - 1)
    start--
  }
  located.entryStart = start
  located.entryEnd = end
  located.tileStart = 0
  located.tileEnd = 0
  if (!history.hasTiles(memory)) return
  const tiles = history.tiles[located.level]!
  const tile = start > 0 ? 0 : tiles.countUpTo(memory, next)
  located.tileEnd = tile
  located.tileStart = tile > 0 && next - tiles.newestAt(memory, tile - 1) < gap ? tile - 1 : tile
}
