import type { Window } from '../define/window.ts'

/** The part of a sentence that says which events a window holds, with the space before it. */
export function windowWords(window: Window): string {
  switch (window.kind) {
    case 'sliding':
      return ` in ${durationWords(window.length)}${window.offset > 0 ? ` up to ${durationWords(window.offset)} ago` : ''}`
    case 'hopping':
      return ` in ${window.ago === 0 ? 'the current' : 'an earlier'} window of ${durationWords(window.size)}`
    case 'session':
      return ' in the session'
  }
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const

/** A duration (ms) in the largest unit that it is a multiple of. */
export function durationWords(ms: number): string {
  const [size, unit] = UNITS.find(([size]) => ms % size === 0) ?? [1, 'millisecond']
  const count = ms / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
