import { type Clock, type ClockDeclaration, createClock, speedOf } from '@millrace/core'

/** The declared clock of a run, set when the run starts its services. */
export interface RunClock extends Clock {
  readonly declaration: ClockDeclaration
  readonly speed: number
  /** The wall clock's time at which an event's time has come (both epoch ms). */
  dueAt(eventTime: number): number
}

/** Sets a clock that stands at `start` when the wall clock shows `anchor`. */
export function setRunClock({ start, speed }: { start: number; speed: number }, anchor: number): RunClock {
  return runClock({ kind: 'scaled', start, speed, anchor })
}

/** The clock that services run on which were started by somebody else. */
export function runClock(declaration: ClockDeclaration): RunClock {
  const { start, anchor } = declaration.kind === 'wall' ? { start: 0, anchor: 0 } : declaration
  const speed = speedOf(declaration)
  return {
    declaration,
    speed,
    ...createClock(declaration, Date),
    dueAt: eventTime => anchor + (eventTime - start) / speed,
  }
}
