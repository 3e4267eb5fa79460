import type { Consumer, Kafka } from 'kafkajs'
import { coPartitioningAssigner } from './co-partitioning-assigner.ts'
import { isRefusal } from './refusal.ts'
import { asUnavailable } from './topic-reader.ts'

/** The next offset of a partition that is to be handled. */
export interface CommitPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface GroupMembershipOptions {
  readonly kafka: Kafka
  readonly groupId: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  /** The partitions that this member holds when it joins. */
  readonly owned: () => readonly number[]
  /** The group gave this member these partitions, of each topic that has them, in ascending order. */
  readonly onAssigned: (partitions: readonly number[]) => void
  /** ... and that took so long from this member's asking (s). */
  readonly onRebalanced: (seconds: number) => void
  /** The group's coordinator answered a heartbeat. */
  readonly onHeard: () => void
  /** The brokers refuse the group. */
  readonly onCrash: (error: Error) => void
}

/** How long kafkajs sleeps between two looks at its partitions, of which none is to be read: bounds how late it leaves. */
const LOOK_MS = 250
const RESTART_MS = 2_000
/** A member hears of another one's coming and going by its next heartbeat: until then, what that one left stands still (ms). */
const HEARTBEAT_MS = 1_000

/**
 * Membership in a consumer group by kafkajs, which joins, sends heartbeats and commits. Every partition is paused at
 * each join, so it never reads any.
 */
export class GroupMembership {
  readonly #options: GroupMembershipOptions
  readonly #consumer: Consumer
  #stopping = false
  #restart: NodeJS.Timeout | undefined

  constructor(options: GroupMembershipOptions) {
    this.#options = options
    const { kafka, groupId, topics, sessionTimeoutMs, owned, onHeard } = options
    this.#consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeoutMs / 3),
      maxWaitTimeInMs: LOOK_MS,
      partitionAssigners: [coPartitioningAssigner(owned)],
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => true, retries: 10, initialRetryTime: 100, maxRetryTime: 5_000 },
    })
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#consumer.pause(topics.map(topic => ({ topic })))
      options.onRebalanced(payload.duration / 1_000)
      const partitions = new Set(Object.values(payload.memberAssignment).flat())
      options.onAssigned([...partitions].toSorted((a, b) => a - b))
    })
    this.#consumer.on(this.#consumer.events.HEARTBEAT, onHeard)
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.#startAgain(payload.error)
    })
  }

  /** Throws BROKER_UNAVAILABLE. */
  async start(): Promise<void> {
    const topics = [...this.#options.topics]
    await this.#consumer.connect().catch(asUnavailable)
    await this.#consumer.subscribe({ topics, fromBeginning: true }).catch(asUnavailable)
    await this.#consumer.run({ autoCommit: false, eachBatch: async () => {} })
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restart)
    await this.#consumer.disconnect()
  }

  /** Commits positions, where lag metrics and autoscalers look; answers whether it did. Failing does no harm. */
  async commit(positions: readonly CommitPosition[]): Promise<boolean> {
    if (positions.length === 0) return false
    const offsets = positions.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      offset: `${offset}`,
    }))
    return this.#consumer.commitOffsets(offsets).then(
      () => true,
      () => false,
    )
  }

  /** kafkajs gives up after what it takes to be lasting, such as a generation that went by during an outage. */
  #startAgain(error: Error): void {
    if (this.#stopping) return
    if (isRefusal(error)) this.#options.onCrash(error)
    else
      this.#restart = setTimeout(() => this.start().catch(failure => this.#startAgain(failure)), RESTART_MS)
  }
}
