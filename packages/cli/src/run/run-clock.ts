import { type Clock, type ClockDeclaration, createClock } from '@millrace/core'

/** The declared clock of a run, set when the run starts its services. */
export interface RunClock extends Clock {
  readonly declaration: ClockDeclaration
  readonly speed: number
  /** The wall clock's time at which an event's time has come (both epoch ms). */
  dueAt(eventTime: number): number
}

/** Sets a clock that stands at `start` when the wall clock shows `anchor`. */
export function setRunClock({ start, speed }: { start: number; speed: number }, anchor: number): RunClock {
  const declaration = { kind: 'scaled', start, speed, anchor } as const
  return {
    declaration,
    speed,
    ...createClock(declaration, Date),
    dueAt: eventTime => anchor + (eventTime - start) / speed,
  }
}
