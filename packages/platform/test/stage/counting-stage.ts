import type { Stage } from '@millrace/core'
import type { PartitionTask } from '../../src/stage/partition-task.ts'
import type { Decoded, RawMessage, StageInput } from '../../src/stage/stage-input.ts'

/** How often a key came, as the state of that key. */
export interface Count {
  count: number
}

/** Counts each key, and publishes key and count. A record is its key. */
export const countingStage: Stage<string, Count> = {
  name: 'counting',
  stateTtl: Infinity,
  codec: { encode: ({ count }) => Uint8Array.of(count), decode: ([count]) => ({ count: count! }) },
  keyOf: ({ value }) => value,
  step(state = { count: 0 }, { offset, value }, { emit }) {
    state.count++
    emit({ topic: 'counts', key: value, value: { offset, count: state.count } })
    return state
  },
}

/** Keys as messages of a topic. */
export function messagesOf(keys: readonly string[], from = 0): readonly RawMessage[] {
  return keys.map((value, i) => ({
    key: null,
    value: Buffer.from(value),
    offset: from + i,
    timestamp: 0,
    headers: {},
  }))
}

/** The same as a fetch from that offset brings them; the log ends ten records after them. */
export function fetchedOf(keys: readonly string[], from = 0) {
  const next = from + keys.length
  return { offset: from, records: messagesOf(keys, from), next, end: next + 10 }
}

/** One record each millisecond. */
function decode(messages: readonly RawMessage[]): readonly Decoded<string>[] {
  return messages.map(({ offset, value }) => ({ eventTime: offset, value: value!.toString() }))
}

export const countingInput: StageInput<string> = { topic: 'keys', decode }

/** Offers keys as the messages of an input. */
export function offerKeys(
  task: PartitionTask<string, Count>,
  keys: readonly string[],
  { input = 0, from = 0, eventTime }: { input?: number; from?: number; eventTime?: number } = {},
): void {
  const messages = messagesOf(keys, from)
  const decoded = decode(messages)
  task.offer(input, messages, eventTime === undefined ? decoded : decoded.map(d => ({ ...d, eventTime })))
}
