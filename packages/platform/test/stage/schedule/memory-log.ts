import { partitionOf } from '@millrace/core'
import type { RawMessage } from '../../../src/stage/stage-input.ts'
import type { LoggedRecord } from './passage.ts'

/** A message whose record needs no decoding. */
export type LoggedMessage = RawMessage & { readonly record: LoggedRecord }

/** Topics in memory. Every topic has the partitions that it was declared with. */
export class MemoryLog {
  readonly #topics: ReadonlyMap<string, readonly LoggedMessage[][]>

  /** @param partitions number of partitions by topic */
  constructor(partitions: Readonly<Record<string, number>>) {
    this.#topics = new Map(
      Object.entries(partitions).map(([topic, count]) => [topic, Array.from({ length: count }, () => [])]),
    )
  }

  partitionsOf(topic: string): number {
    return this.#topics.get(topic)!.length
  }

  /** The partition that a key belongs to. */
  place(topic: string, key: string): number {
    return partitionOf(key, this.partitionsOf(topic))
  }

  append(topic: string, partition: number, record: LoggedRecord): void {
    const messages = this.#messages(topic, partition)
    const bare = { key: null, value: null, timestamp: 0, headers: {} }
    messages.push({ ...bare, offset: messages.length, record })
  }

  /** At most `most` messages from an offset on. */
  read(topic: string, partition: number, from = 0, most = Infinity): readonly LoggedMessage[] {
    return this.#messages(topic, partition).slice(from, from + most)
  }

  /** The end offset of each partition of a topic. */
  ends(topic: string): ReadonlyMap<number, number> {
    return new Map(this.#topics.get(topic)!.map((messages, partition) => [partition, messages.length]))
  }

  #messages(topic: string, partition: number): LoggedMessage[] {
    return this.#topics.get(topic)![partition]!
  }
}
