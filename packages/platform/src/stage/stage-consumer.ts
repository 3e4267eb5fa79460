import { fateOf } from '@millrace/core'
import type { Kafka } from 'kafkajs'
import type { FetchCluster, Wanted } from '../kafka/fetch/fetch-source.ts'
import { Fetcher } from '../kafka/fetch/fetcher.ts'
import { GroupMembership } from '../kafka/group-membership.ts'
import { asUnavailable, type TopicReader } from '../kafka/topic-reader.ts'
import type { OwnedPartition } from './owned-partition.ts'
import { OwnedPartitions } from './owned-partitions.ts'
import type { PartitionTask } from './partition-task.ts'
import { StageHistory } from './stage-history.ts'
import type { StageSource } from './stage-loop.ts'
import type { InputPosition } from './stage-observer.ts'
import { TopicWatch } from './topic-watch.ts'

export interface StageConsumerOptions<V, S> {
  readonly kafka: Kafka
  /** The connections that records are fetched over; closed with the consumer. */
  readonly cluster: FetchCluster
  readonly topicReader: TopicReader
  readonly groupId: string
  /** Topic of each input, in their order. */
  readonly topics: readonly string[]
  /** The partitions that each of them has. */
  readonly partitions: number
  readonly sessionTimeoutMs: number
  /** Messages and records of one partition above which nothing more of it is fetched. */
  readonly maxBacklog: number
  /** How long a consumer that has read everything lets records gather before it fetches again (ms). Default 0. */
  readonly lingerMs?: number
  /** How long it waits for the other partitions when records of only some have come (ms). Default 0. */
  readonly gatherMs?: number
  /** How long it rests when nothing has come (ms). Default 0: the broker holds its requests. */
  readonly idleMs?: number
  readonly loadTask: (partition: number) => Promise<PartitionTask<V, S>>
  readonly onChange: () => void
  readonly onAssigned: (partitions: readonly number[]) => void
  /** Nothing is stored of a partition that the group had read: it starts at these offsets of the topics. */
  readonly onRebuild: (partition: number, from: readonly number[]) => void
  /** A topic was made anew: this partition of it is handled from this offset on. */
  readonly onNewEpoch: (topic: string, partition: number, from: number) => void
  /** The topics that Kafka does not have now. */
  readonly onMissing: (topics: readonly string[]) => void
  /** The brokers answered a fetch or a heartbeat. */
  readonly onHeard: () => void
  /** A partition was read as far as a fetch goes. */
  readonly onFetched: () => void
  /** Where a partition of an input stands; told at every report. */
  readonly onPosition: (position: InputPosition) => void
  /** These positions were committed. */
  readonly onCommitted: (positions: readonly InputPosition[]) => void
  /** The group gave this process its partitions, so long after it was asked (s). */
  readonly onRebalanced: (seconds: number) => void
  /** The consumer ended for good. */
  readonly onCrash: (error: unknown) => void
}

const NOTHING: Wanted = { positions: [], moreSoon: false }
/** Nothing but a look tells that a topic has got more partitions. */
const REPORTS_PER_LOOK = 10

/**
 * Reads the inputs of a stage. The group says which partitions are read here, the checkpoint from where, and each fetch
 * asks for what is wanted at that moment.
 */
export class StageConsumer<V, S> implements StageSource<V, S> {
  readonly #options: StageConsumerOptions<V, S>
  readonly #partitions: OwnedPartitions<V, S>
  readonly #history: StageHistory
  readonly #watch: TopicWatch
  readonly #membership: GroupMembership
  readonly #fetcher: Fetcher
  /** Something had failed since the topics were looked at: nothing is read before the next look. */
  #isSuspect = false
  #looks = 0

  constructor(options: StageConsumerOptions<V, S>) {
    this.#options = options
    const partitions = new OwnedPartitions<V, S>(options.topics, options.maxBacklog)
    this.#partitions = partitions
    this.#watch = new TopicWatch(options)
    this.#history = new StageHistory(options, this.#watch)
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
        wanted: () => (this.#isSuspect ? NOTHING : partitions.wanted()),
        take(fetched) {
          partitions.put(fetched)
          hasNew ||= fetched.records.length > 0
          options.onFetched()
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
        interrupted: () => this.#lookAgain(),
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
    const starts = await this.#history.check(tasks)
    missing.forEach((owned, i) => {
      if (this.#partitions.holds(owned)) owned.activate(tasks[i]!, starts[i])
    })
    this.#fetcher.wake()
  }

  resume(): void {
    this.#fetcher.wake()
  }

  /** Commits the stored positions, tells how far the ends are, and looks after the topics now and then. */
  async reportPositions(): Promise<void> {
    if (this.#isSuspect || this.#looks++ % REPORTS_PER_LOOK === 0) await this.#lookAgain()
    await this.#commit()
  }

  async #commit(): Promise<void> {
    const { onPosition, onCommitted } = this.#options
    const positions = this.#partitions.positions()
    for (const position of positions) onPosition(position)
    if (await this.#membership.commit(positions)) onCommitted(positions)
  }

  /** Lets go of what was read from a topic that is another one by now. Without an answer nothing is read on. */
  async #lookAgain(): Promise<void> {
    try {
      if (this.#partitions.retireStrangers(await this.#watch.look())) this.#options.onChange()
      const wasSuspect = this.#isSuspect
      this.#isSuspect = false
      if (wasSuspect) this.#fetcher.wake()
    } catch (error) {
      if (fateOf(error) === 'retry') this.#isSuspect = true
      else this.#options.onCrash(error)
    }
  }
}
