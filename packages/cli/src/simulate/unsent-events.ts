import { partitionOfEvent } from '../produce/batch.ts'
import type { InputEvent } from '../source/input-event.ts'
import { formatMark, SIMULATION_HEADER, type SimulationIdentity } from './simulation-mark.ts'

export interface UnsentOptions {
  readonly identity: SimulationIdentity
  /** The number of the last event sent, by topic and partition; what is not there has had none. */
  readonly last: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** The number of partitions of each raw topic. */
  readonly partitions: ReadonlyMap<string, number>
}

/**
 * Those events of a simulation that no earlier run has sent, each with its mark. A run that was ended amid a send may
 * have come further in some partitions than in others.
 */
export async function* unsentEvents(
  events: AsyncIterable<InputEvent> | Iterable<InputEvent>,
  { identity, last, partitions }: UnsentOptions,
): AsyncGenerator<InputEvent, void, undefined> {
  let number = 0
  for await (const event of events) {
    const { topic } = event.type
    const sent = last.get(topic)?.get(partitionOfEvent(event, partitions.get(topic)!)) ?? -1
    if (number > sent)
      yield { ...event, headers: { [SIMULATION_HEADER]: formatMark({ ...identity, number }) } }
    number++
  }
}
