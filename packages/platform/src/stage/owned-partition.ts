import { offsetOf } from '@millrace/core'
import type { Fetched } from '../kafka/fetch/fetch-source.ts'
import type { LogStart } from './log-start.ts'
import type { PartitionTask } from './partition-task.ts'
import type { RawMessage } from './stage-input.ts'

/** Messages of one input that were fetched and not yet decoded. */
export interface Arrived {
  readonly input: number
  readonly messages: readonly RawMessage[]
}

/** A partition that the group gave to this process. Without a task it is waiting to be loaded, and nothing is read. */
export class OwnedPartition<V, S> {
  readonly partition: number
  task: PartitionTask<V, S> | undefined
  /** Per input, the offset to fetch next. */
  readonly fetched: number[]
  /** Per input, the end of the partition as of the last fetch. */
  readonly ends: number[]
  /** Event time up to which its records may be handled (epoch ms). */
  limit = Number.NEGATIVE_INFINITY
  /** It must read on whatever its backlog, or the merge would wait for ever. */
  mustRead = false
  /** The latest event time of what was handled and published since the last write (epoch ms); undefined for nothing. */
  newestHandled: number | undefined
  inbox: Arrived[] = []
  #inboxMessages = 0
  #isRetired = false

  constructor(partition: number, inputs: number) {
    this.partition = partition
    this.fetched = Array(inputs).fill(0)
    this.ends = Array(inputs).fill(0)
  }

  /** Messages fetched and records not yet handled. */
  get backlog(): number {
    return this.#inboxMessages + (this.task?.waiting ?? 0)
  }

  /**
   * Starts reading where the task's checkpoint stands.
   * @param starts per input, where its log lets it begin
   */
  activate(task: PartitionTask<V, S>, starts: readonly LogStart[] = []): void {
    this.drop()
    this.task = task
    task.startAt(starts)
    for (let input = 0; input < this.fetched.length; input++)
      this.fetched[input] = offsetOf(task.cursor(input))
  }

  /** Its topic is another one by now: it reads no more, and is to be dropped when what was handled is written. */
  retire(): void {
    if (this.task === undefined) return
    this.#isRetired = true
    this.inbox = []
    this.#inboxMessages = 0
  }

  get isRetired(): boolean {
    return this.#isRetired
  }

  /** Lets go of everything in memory: it is to be loaded again. */
  drop(): void {
    this.#isRetired = false
    this.task = undefined
    this.limit = Number.NEGATIVE_INFINITY
    this.newestHandled = undefined
    this.inbox = []
    this.#inboxMessages = 0
  }

  /** Takes in what a fetch brought, unless another place is wanted by now. */
  put(input: number, { offset, records, next, end }: Omit<Fetched, 'topic' | 'partition'>): void {
    if (this.task === undefined || this.#isRetired || offset !== this.fetched[input]) return
    this.fetched[input] = next
    this.ends[input] = end
    if (records.length === 0) return
    this.inbox.push({ input, messages: records })
    this.#inboxMessages += records.length
  }

  /** Takes out the oldest messages, at most `most`. */
  takeInbox(most: number): readonly Arrived[] {
    const taken: Arrived[] = []
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
