import type { Kafka } from 'kafkajs'
import type { FetchCluster } from '../kafka/fetch/fetch-source.ts'
import { Fetcher } from '../kafka/fetch/fetcher.ts'
import { GroupMembership } from '../kafka/group-membership.ts'
import { asUnavailable, type TopicReader } from '../kafka/topic-reader.ts'
import type { OwnedPartition } from './owned-partition.ts'
import { OwnedPartitions } from './owned-partitions.ts'
import type { PartitionTask } from './partition-task.ts'
import { StageHistory } from './stage-history.ts'
import type { StageSource } from './stage-loop.ts'

export interface StageConsumerOptions<V, S> {
  readonly kafka: Kafka
  /** The connections that records are fetched over; closed with the consumer. */
  readonly cluster: FetchCluster
  readonly topicReader: TopicReader
  readonly groupId: string
  /** Topic of each input, in their order. */
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  /** Messages and records of one partition above which nothing more of it is fetched. */
  readonly maxBacklog: number
  /** How long a consumer that has read everything lets records gather before it fetches again (ms). Default 0. */
  readonly lingerMs?: number
  /** How long it waits for the other partitions when records of only some have come (ms). Default 0. */
  readonly gatherMs?: number
  readonly loadTask: (partition: number) => Promise<PartitionTask<V, S>>
  readonly onChange: () => void
  readonly onAssigned: (partitions: readonly number[]) => void
  /** Nothing is stored of a partition that the group had read: it starts at these offsets of the topics. */
  readonly onRebuild: (partition: number, from: readonly number[]) => void
  /** The brokers answered a fetch or a heartbeat. */
  readonly onHeard: () => void
  readonly onLag: (topic: string, partition: number, records: number) => void
  /** The consumer ended for good. */
  readonly onCrash: (error: unknown) => void
}

/**
 * Reads the inputs of a stage. The group says which partitions are read here, the checkpoint from where, and each fetch
 * asks for what is wanted at that moment.
 */
export class StageConsumer<V, S> implements StageSource<V, S> {
  readonly #options: StageConsumerOptions<V, S>
  readonly #partitions: OwnedPartitions<V, S>
  readonly #history: StageHistory
  readonly #membership: GroupMembership
  readonly #fetcher: Fetcher

  constructor(options: StageConsumerOptions<V, S>) {
    this.#options = options
    const partitions = new OwnedPartitions<V, S>(options.topics, options.maxBacklog)
    this.#partitions = partitions
    this.#history = new StageHistory(options)
    this.#membership = new GroupMembership({
      ...options,
      owned: () => partitions.numbers(),
      onAssigned: assigned => {
        partitions.assign(assigned)
        options.onAssigned(assigned)
        options.onChange()
      },
    })
    let hasNew = false
    this.#fetcher = new Fetcher({
      ...options,
      source: {
        wanted: () => partitions.wanted(),
        take(fetched) {
          partitions.put(fetched)
          hasNew ||= fetched.records.length > 0
        },
        arrived() {
          if (hasNew) options.onChange()
          hasNew = false
        },
        outOfRange(position) {
          partitions.drop(position)
          options.onChange()
        },
        heard: options.onHeard,
        fail: options.onCrash,
      },
    })
  }

  /** Throws BROKER_UNAVAILABLE. */
  async start(): Promise<void> {
    const { cluster, topics } = this.#options
    await cluster.connect(topics).catch(asUnavailable)
    await this.#membership.start()
  }

  /** Leaves the group and stops reading. */
  async stop(): Promise<void> {
    await Promise.all([this.#membership.stop(), this.#fetcher.stop()])
    await this.#options.cluster.close()
    this.#partitions.assign([])
  }

  owned(): Iterable<OwnedPartition<V, S>> {
    return this.#partitions.all()
  }

  async loadMissing(): Promise<void> {
    const missing = this.#partitions.missing()
    if (missing.length === 0) return
    const tasks = await Promise.all(missing.map(({ partition }) => this.#options.loadTask(partition)))
    const lows = await this.#history.check(tasks)
    missing.forEach((owned, i) => {
      if (this.#partitions.holds(owned)) owned.activate(tasks[i]!, lows[i])
    })
    this.#fetcher.wake()
  }

  resume(): void {
    this.#fetcher.wake()
  }

  /** Commits the stored positions, and tells how far the ends are. */
  async reportPositions(): Promise<void> {
    const { topics, onLag } = this.#options
    const offsets = [...this.#partitions.all()].flatMap(({ partition, task, ends }) =>
      (task?.positions ?? []).map((position, input) => {
        const topic = topics[input]!
        onLag(topic, partition, Math.max(0, ends[input]! - position))
        return { topic, partition, offset: String(position) }
      }),
    )
    await this.#membership.commit(offsets)
  }
}
