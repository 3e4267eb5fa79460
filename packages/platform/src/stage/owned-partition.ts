import type { PartitionTask } from './partition-task.ts'
import type { RawMessage } from './stage-input.ts'

/** Messages of one input that were fetched and not yet decoded. */
export interface Fetched {
  readonly input: number
  readonly messages: readonly RawMessage[]
}

/** Records that were handled. */
export interface Handled {
  readonly records: number
  readonly newestEventTime: number
}

/**
 * A partition that the group gave to this process. Without a task it is waiting to be loaded, and whatever is fetched
 * for it meanwhile starts at the wrong place and is dropped.
 */
export class OwnedPartition<V, S> {
  readonly partition: number
  task: PartitionTask<V, S> | undefined
  /** Per input, the offset after the last message in the inbox. */
  readonly fetched: number[]
  /** Per input, the end of the partition as of the last fetch. */
  readonly ends: number[]
  readonly paused: boolean[]
  /** Event time up to which its records may be handled (epoch ms). */
  limit = Number.NEGATIVE_INFINITY
  /** It must read on whatever its backlog, or the merge would wait for ever. */
  mustRead = false
  /** What was handled, and published, since the last write. */
  handled: Handled | undefined
  inbox: Fetched[] = []
  #inboxMessages = 0

  constructor(partition: number, inputs: number) {
    this.partition = partition
    this.fetched = Array(inputs).fill(0)
    this.ends = Array(inputs).fill(0)
    this.paused = Array(inputs).fill(false)
  }

  /** Messages fetched and records not yet handled. */
  get backlog(): number {
    return this.#inboxMessages + (this.task?.waiting ?? 0)
  }

  /** Starts reading where the task's checkpoint stands. */
  activate(task: PartitionTask<V, S>): void {
    this.drop()
    this.task = task
    for (let input = 0; input < this.fetched.length; input++) this.fetched[input] = task.cursor(input)
  }

  /** Lets go of everything in memory: it is to be loaded again. */
  drop(): void {
    this.task = undefined
    this.limit = Number.NEGATIVE_INFINITY
    this.handled = undefined
    this.inbox = []
    this.#inboxMessages = 0
  }

  put(input: number, messages: readonly RawMessage[]): void {
    const wanted = messages.filter(message => Number(message.offset) >= this.fetched[input]!)
    if (wanted.length === 0) return
    this.fetched[input] = Number(wanted.at(-1)!.offset) + 1
    this.inbox.push({ input, messages: wanted })
    this.#inboxMessages += wanted.length
  }

  /** Takes out the oldest messages, at most `most`. */
  takeInbox(most: number): readonly Fetched[] {
    const taken: Fetched[] = []
    let room = most
    while (room > 0 && this.inbox.length > 0) {
      const { input, messages } = this.inbox[0]!
      taken.push({ input, messages: messages.slice(0, room) })
      if (messages.length <= room) this.inbox.shift()
      else this.inbox[0] = { input, messages: messages.slice(room) }
      room -= messages.length
    }
    for (const { messages } of taken) this.#inboxMessages -= messages.length
    return taken
  }
}
