import { partitionOf } from '@millrace/core'
import type { RawMessage } from '../../../src/stage/stage-input.ts'
import type { LoggedRecord } from './passage.ts'

/** A message whose record needs no decoding. */
export type LoggedMessage = RawMessage & { readonly record: LoggedRecord }

/** Messages of each partition of a topic. */
type Partitions = readonly LoggedMessage[][]

/** Topics in memory. Every topic has the partitions that it was declared with, also when it is made anew. */
export class MemoryLog {
  readonly #topics: Map<string, Partitions>
  /** What topics held that were deleted, the oldest first. */
  readonly #deleted = new Map<string, Partitions[]>()
  #time = 0

  /** @param partitions number of partitions by topic */
  constructor(partitions: Readonly<Record<string, number>>) {
    this.#topics = new Map(Object.entries(partitions).map(([topic, count]) => [topic, empty(count)]))
  }

  partitionsOf(topic: string): number {
    return this.#topics.get(topic)!.length
  }

  /** Another one each time that the topic is made anew. */
  idOf(topic: string): string {
    return `${topic}/${this.#deleted.get(topic)?.length ?? 0}`
  }

  /** The partition that a key belongs to. */
  place(topic: string, key: string): number {
    return partitionOf(key, this.partitionsOf(topic))
  }

  append(topic: string, partition: number, record: LoggedRecord): void {
    const messages = this.#messages(topic, partition)
    const bare = { key: null, value: null, timestamp: this.#time++, headers: {} }
    messages.push({ ...bare, offset: messages.length, record })
  }

  /** Deletes a topic and makes it anew, without any message. */
  recreate(topic: string): void {
    const before = this.#topics.get(topic)!
    this.#deleted.set(topic, [...(this.#deleted.get(topic) ?? []), before])
    this.#topics.set(topic, empty(before.length))
  }

  /** At most `most` messages from an offset on. */
  read(topic: string, partition: number, from = 0, most = Infinity): readonly LoggedMessage[] {
    return this.#messages(topic, partition).slice(from, from + most)
  }

  /** All messages of a topic that are there, and those before it was made anew. */
  contents(topic: string): {
    readonly present: readonly LoggedMessage[]
    readonly deleted: readonly LoggedMessage[]
  } {
    const deleted = this.#deleted.get(topic) ?? []
    return { present: this.#topics.get(topic)!.flat(), deleted: deleted.flat(2) }
  }

  /** The end offset of each partition of a topic. */
  ends(topic: string): ReadonlyMap<number, number> {
    return new Map(this.#topics.get(topic)!.map((messages, partition) => [partition, messages.length]))
  }

  #messages(topic: string, partition: number): LoggedMessage[] {
    return this.#topics.get(topic)![partition]!
  }
}

function empty(partitions: number): Partitions {
  return Array.from({ length: partitions }, () => [])
}
