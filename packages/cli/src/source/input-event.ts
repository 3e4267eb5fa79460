import type { ClockDeclaration, EventType, StageOrder } from '@millrace/core'

/** One event as it is sent to its raw topic. */
export interface InputEvent {
  readonly type: EventType
  readonly event: EventFields
  /** Epoch milliseconds; undefined where the event gives no time that can be read. */
  readonly eventTime: number | undefined
  /** What its record says beside. */
  readonly headers?: Readonly<Record<string, string>>
}

export type EventFields = Readonly<Record<string, unknown>>

/** Where events come from, and how they are to be sent. */
export interface Input {
  /** For people. */
  readonly name: string
  /** The events in the order in which they are sent; each call begins anew. */
  readonly events: () => AsyncIterable<InputEvent>
  /** The declared clock stands at `start` when the services start, and runs `speed` times as fast as the wall. */
  readonly clock: Pick<ClockDeclaration & { kind: 'scaled' }, 'start' | 'speed'>
  /** The clock stands behind all events: they are sent as fast as possible. */
  readonly isReplay: boolean
  readonly order: StageOrder
  /** Event time of the first event; with `historyEnd` the stretch that is only there to fill the windows. */
  readonly firstEventTime: number
  /** Scored events from this event time on count as the run. */
  readonly historyEnd: number
  /** How many scored events count; undefined when there is no end. */
  readonly size: number | undefined
  /** A scored event of the input: its entities exist. */
  readonly example: EventFields
  /** Whether label events tell what the truth was. */
  readonly hasLabels: boolean
  /** What the user should know about the input before it is sent. */
  readonly remarks: readonly string[]
}

/** Ends the events with the `count`th one of `type` that is not before `from`. */
export async function* takeCounted(
  events: AsyncIterable<InputEvent> | Iterable<InputEvent>,
  { type, from, count }: { readonly type: EventType; readonly from: number; readonly count: number },
): AsyncGenerator<InputEvent, void, undefined> {
  let left = count
  for await (const event of events) {
    yield event
    if (event.type === type && !((event.eventTime ?? from) < from) && --left === 0) return
  }
}
