import { offsetOf } from '@millrace/core'
import type { Fetched, LogPosition, Wanted } from '../kafka/fetch/fetch-source.ts'
import { OwnedPartition } from './owned-partition.ts'
import type { InputPosition } from './stage-observer.ts'
import type { TopicIds } from './topic-watch.ts'

/** The partitions that the group gave to this process, and what is wanted of them. */
export class OwnedPartitions<V, S> {
  readonly #topics: readonly string[]
  readonly #maxBacklog: number
  readonly #owned = new Map<number, OwnedPartition<V, S>>()

  /**
   * @param topics topic of each input, in their order
   * @param maxBacklog messages and records of one partition above which nothing more of it is wanted
   */
  constructor(topics: readonly string[], maxBacklog: number) {
    this.#topics = topics
    this.#maxBacklog = maxBacklog
  }

  all(): Iterable<OwnedPartition<V, S>> {
    return this.#owned.values()
  }

  numbers(): readonly number[] {
    return [...this.#owned.keys()]
  }

  missing(): readonly OwnedPartition<V, S>[] {
    return [...this.#owned.values()].filter(owned => owned.task === undefined)
  }

  holds(owned: OwnedPartition<V, S>): boolean {
    return this.#owned.get(owned.partition) === owned
  }

  /** Keeps what it had before, lets go of the rest, and takes on the new ones, still to be loaded. */
  assign(partitions: readonly number[]): void {
    const before = new Map(this.#owned)
    this.#owned.clear()
    for (const partition of partitions) {
      const owned = before.get(partition) ?? new OwnedPartition<V, S>(partition, this.#topics.length)
      this.#owned.set(partition, owned)
    }
  }

  /** The next offset of every input of each partition that is loaded and has no backlog, or must read on. */
  wanted(): Wanted {
    const positions: LogPosition[] = []
    let moreSoon = false
    for (const owned of this.#owned.values()) {
      const { partition, task, isRetired, fetched } = owned
      if (task === undefined || isRetired || this.#isPaused(owned)) moreSoon = true
      else positions.push(...this.#topics.map((topic, i) => ({ topic, partition, offset: fetched[i]! })))
    }
    return { positions, moreSoon }
  }

  /** Where every input of each partition that is loaded stands. */
  positions(): readonly InputPosition[] {
    return [...this.#owned.values()].flatMap(owned => {
      const { partition, task, ends } = owned
      const isPaused = this.#isPaused(owned)
      return (task?.positions ?? []).map((position, input) => {
        const offset = offsetOf(position)
        const lag = Math.max(0, ends[input]! - offset)
        return { topic: this.#topics[input]!, partition, offset, lag, isPaused }
      })
    })
  }

  #isPaused({ backlog, mustRead }: OwnedPartition<V, S>): boolean {
    return backlog > this.#maxBacklog && !mustRead
  }

  put(fetched: Fetched): void {
    this.#owned.get(fetched.partition)?.put(this.#topics.indexOf(fetched.topic), fetched)
  }

  /** Retires every partition that was read from a topic of another id than it has now. Answers whether any was. */
  retireStrangers(ids: TopicIds): boolean {
    let retired = false
    for (const owned of this.#owned.values()) {
      const isOther = this.#topics.some((topic, input) => {
        const [known, now] = [owned.task?.log(input).topicId, ids.get(topic)]
        return known !== undefined && now !== undefined && known !== now
      })
      if (isOther) owned.retire()
      retired ||= isOther
    }
    return retired
  }

  /** Lets a partition be loaded anew, if this is still the place that is wanted of it. */
  drop({ topic, partition, offset }: LogPosition): void {
    const owned = this.#owned.get(partition)
    if (owned?.fetched[this.#topics.indexOf(topic)] === offset) owned.drop()
  }
}
