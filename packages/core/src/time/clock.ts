import { MillraceError } from '../errors.ts'

/** Epoch milliseconds of "now". The core never looks at a clock: it is given one, or a time. */
export interface Clock {
  now(): number
}

/**
 * The declared clock of a deployment, the same in all its services: the wall clock, or one that started at
 * `start` when the wall clock showed `anchor`, and has run `speed` times as fast since.
 */
export type ClockDeclaration =
  | { readonly kind: 'wall' }
  | { readonly kind: 'scaled'; readonly start: number; readonly speed: number; readonly anchor: number }

export const WALL_CLOCK: ClockDeclaration = { kind: 'wall' }

/** Builds the clock that `declaration` describes on top of the wall clock. */
export function createClock(declaration: ClockDeclaration, wall: Clock): Clock {
  if (declaration.kind === 'wall') return wall
  const { start, speed, anchor } = declaration
  return { now: () => start + (wall.now() - anchor) * speed }
}

/** How fast a declared clock runs against the wall clock. */
export function speedOf(declaration: ClockDeclaration): number {
  return declaration.kind === 'wall' ? 1 : declaration.speed
}

/** `wall`, or `START@SPEED@ANCHOR` with START and ANCHOR in epoch milliseconds. */
export function formatClock(declaration: ClockDeclaration): string {
  if (declaration.kind === 'wall') return 'wall'
  return `${declaration.start}@${declaration.speed}@${declaration.anchor}`
}

/** Reads what `formatClock` wrote. Throws CONFIG_INVALID on anything else. */
export function parseClock(text: string): ClockDeclaration {
  if (text === 'wall') return WALL_CLOCK
  const [start, speed, anchor, ...rest] = text.split('@').map(Number)
  const valid = rest.length === 0 && [start, speed, anchor].every(Number.isFinite) && speed! > 0
  if (!valid) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `The clock must be "wall" or START@SPEED@ANCHOR, not "${text}".`,
    )
  }
  return { kind: 'scaled', start: start!, speed: speed!, anchor: anchor! }
}
