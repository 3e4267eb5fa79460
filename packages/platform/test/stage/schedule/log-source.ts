import type { SeededRandom } from '@millrace/testkit'
import type { LogStart } from '../../../src/stage/log-start.ts'
import { OwnedPartition } from '../../../src/stage/owned-partition.ts'
import type { PartitionTask } from '../../../src/stage/partition-task.ts'
import { markOf } from '../../../src/stage/read-logs.ts'
import type { StageSource } from '../../../src/stage/stage-loop.ts'
import type { MemoryLog } from './memory-log.ts'
import type { Passage } from './passage.ts'
import type { Counts } from './topology.ts'
import type { Wiring } from './wiring.ts'

type Owned = OwnedPartition<Passage, Counts>

const LARGEST_FETCH = 6
const MAX_BACKLOG = 10

export interface LogSourceOptions {
  readonly log: MemoryLog
  readonly topics: readonly string[]
  readonly random: SeededRandom
  readonly wiring: Pick<Wiring, 'startOf' | 'retire'>
  readonly loadTask: (partition: number) => Promise<PartitionTask<Passage, Counts>>
}

/** Reads the log for one process, which learns late, or never, that a partition was taken from it. */
export class LogSource implements StageSource<Passage, Counts> {
  readonly #options: LogSourceOptions
  readonly #owned = new Map<number, Owned>()

  constructor(options: LogSourceOptions) {
    this.#options = options
  }

  get partitions(): Iterable<number> {
    return this.#owned.keys()
  }

  assign(partition: number): void {
    if (this.#owned.has(partition)) return
    this.#owned.set(partition, new OwnedPartition(partition, this.#options.topics.length))
  }

  revoke(partition: number): void {
    this.#owned.delete(partition)
  }

  owned(): Iterable<Owned> {
    return this.#owned.values()
  }

  async loadMissing(): Promise<void> {
    for (const owned of this.#owned.values()) {
      if (owned.task !== undefined) continue
      const task = await this.#options.loadTask(owned.partition)
      if (this.#owned.get(owned.partition) === owned) owned.activate(task, this.#startsOf(task))
    }
  }

  #startsOf(task: PartitionTask<Passage, Counts>): readonly LogStart[] {
    const { log, topics, wiring } = this.#options
    return topics.map((topic, input) => {
      const { partition } = task
      const messages = log.read(topic, partition)
      const known = task.log(input)
      const marked = known.mark && messages[known.mark.offset]
      return wiring.startOf(
        { position: task.cursor(input), log: known },
        {
          topic,
          partition,
          topicId: log.idOf(topic),
          low: 0,
          high: messages.length,
          atMark: marked && markOf(marked),
        },
      )
    })
  }

  /** A topic is another one than that which the partition was read from: a fetch of it fails before any succeeds. */
  #isStale({ task }: Owned): boolean {
    const { log, topics } = this.#options
    return topics.some((topic, input) => task?.log(input).topicId !== log.idOf(topic))
  }

  resume(): void {}

  /** A fetch of every input: some messages, none, or all there are. */
  fetch(): void {
    const { log, topics, random, wiring } = this.#options
    for (const owned of this.#owned.values()) {
      if (owned.task === undefined || owned.isRetired || (owned.backlog > MAX_BACKLOG && !owned.mustRead))
        continue
      if (this.#isStale(owned)) {
        wiring.retire(owned)
        continue
      }
      for (const [input, topic] of topics.entries()) {
        const offset = owned.fetched[input]!
        const records = log.read(topic, owned.partition, offset, random.integer(0, LARGEST_FETCH))
        const end = log.ends(topic).get(owned.partition)!
        owned.put(input, { offset, records, next: offset + records.length, end })
      }
    }
  }
}
