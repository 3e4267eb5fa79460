import { type EventType, type EventValues, idText } from '../define/event-type.ts'
import type { TimeWindow } from '../message/statistics-record.ts'
import { hashText } from '../partition/murmur2.ts'

/** What the fold of an event follows from. */
export function foldOf(event: EventValues, scored: EventType): number {
  return hashText(idText(event, scored.id))
}

/** Whether an event was one of those that encoders were fitted on. */
export function isInWindow(event: EventValues, scored: EventType, { start, end }: TimeWindow): boolean {
  const time = event[scored.eventTime] as number
  return time >= start && time < end
}
