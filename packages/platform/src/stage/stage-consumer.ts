import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, NO_WRITE } from '@millrace/core'
import type { Consumer, EachBatchPayload, Kafka, TopicPartitionOffset } from 'kafkajs'
import { coPartitioningAssigner } from '../kafka/co-partitioning-assigner.ts'
import { asUnavailable, type TopicReader } from '../kafka/topic-reader.ts'
import { OwnedPartition } from './owned-partition.ts'
import type { PartitionTask } from './partition-task.ts'
import type { StageSource } from './stage-loop.ts'

export interface StageConsumerOptions<V, S> {
  readonly kafka: Kafka
  readonly topicReader: TopicReader
  readonly groupId: string
  /** Topic of each input, in their order. */
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  /** Messages and records of one partition above which fetching pauses. */
  readonly maxBacklog: number
  /** How long a consumer that has read everything lets records gather before it fetches again (ms). Default 0. */
  readonly lingerMs?: number
  readonly loadTask: (partition: number) => Promise<PartitionTask<V, S>>
  readonly onChange: () => void
  readonly onAssigned: (partitions: readonly number[]) => void
  /** Nothing is stored of a partition that the group had read: it starts at these offsets of the topics. */
  readonly onRebuild: (partition: number, from: readonly number[]) => void
  /** The brokers answered a fetch or a heartbeat. */
  readonly onHeard: () => void
  readonly onLag: (topic: string, partition: number, records: number) => void
  /** The consumer ended for good. */
  readonly onCrash: (error: Error) => void
}

/** A paused consumer sleeps this long before it looks again, so it is kept short. */
const MAX_WAIT_MS = 50

const RESTART_MS = 2_000

/**
 * Reads the inputs of a stage with kafkajs. Its handler only queues: the next fetch starts when every handler of the
 * last one has returned. kafkajs resumes from the offset committed to Kafka, the truth is the checkpoint: so each
 * partition is sought to its task's cursor at every join, and what was fetched before the seek took effect is dropped.
 */
export class StageConsumer<V, S> implements StageSource<V, S> {
  readonly #options: StageConsumerOptions<V, S>
  readonly #consumer: Consumer
  readonly #owned = new Map<number, OwnedPartition<V, S>>()
  /** Between a crash and the next join kafkajs has no group, and refuses whatever is asked of it. */
  #joined = false
  #stopping = false
  #restart: NodeJS.Timeout | undefined
  /** Since the last fetch. */
  #hasLingered = false

  constructor(options: StageConsumerOptions<V, S>) {
    this.#options = options
    const { kafka, groupId, sessionTimeoutMs } = options
    this.#consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(3_000, sessionTimeoutMs / 3),
      maxWaitTimeInMs: MAX_WAIT_MS,
      partitionAssigners: [coPartitioningAssigner(() => [...this.#owned.keys()])],
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => true, retries: 10, initialRetryTime: 100, maxRetryTime: 5_000 },
    })
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#joined = true
      this.#assign(payload.memberAssignment)
    })
    this.#consumer.on(this.#consumer.events.STOP, () => {
      this.#joined = false
    })
    this.#consumer.on(this.#consumer.events.FETCH, () => {
      this.#hasLingered = false
      options.onHeard()
    })
    this.#consumer.on(this.#consumer.events.HEARTBEAT, options.onHeard)
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.#startAgain(payload.error)
    })
  }

  /** Throws BROKER_UNAVAILABLE. */
  async start(): Promise<void> {
    const topics = [...this.#options.topics]
    await this.#consumer.connect().catch(asUnavailable)
    await this.#consumer.subscribe({ topics, fromBeginning: true }).catch(asUnavailable)
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async payload => {
        this.#put(payload)
        await this.#linger(payload)
      },
    })
  }

  /** Stops reading and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restart)
    await this.#consumer.disconnect()
    this.#owned.clear()
  }

  owned(): Iterable<OwnedPartition<V, S>> {
    return this.#owned.values()
  }

  async loadMissing(): Promise<void> {
    for (const owned of this.#owned.values()) {
      if (owned.task !== undefined) continue
      const task = await this.#options.loadTask(owned.partition)
      await this.#checkHistory(task)
      if (this.#owned.get(owned.partition) !== owned) continue
      owned.activate(task)
      this.#seek(owned)
      this.#resumeAll(owned)
    }
  }

  resume(): void {
    if (!this.#joined) return
    for (const owned of this.#owned.values()) {
      if (owned.task === undefined) continue
      if (owned.backlog > this.#options.maxBacklog / 2 && !owned.mustRead) continue
      owned.paused.forEach((paused, input) => {
        if (!paused) return
        owned.paused[input] = false
        this.#consumer.resume([{ topic: this.#options.topics[input]!, partitions: [owned.partition] }])
      })
    }
  }

  /**
   * Commits the stored positions to Kafka, where lag metrics and autoscalers look, and tells how far the ends are.
   * Failing to commit does no harm.
   */
  async reportPositions(): Promise<void> {
    const { topics, onLag } = this.#options
    const offsets: TopicPartitionOffset[] = []
    for (const { partition, task, ends } of this.#owned.values()) {
      for (const [input, position] of task?.positions.entries() ?? []) {
        offsets.push({ topic: topics[input]!, partition, offset: String(position) })
        onLag(topics[input]!, partition, Math.max(0, ends[input]! - position))
      }
    }
    if (offsets.length > 0) await this.#consumer.commitOffsets(offsets).catch(() => {})
  }

  /** kafkajs gives up after what it takes to be lasting, such as a generation that went by during an outage. */
  #startAgain(error: Error): void {
    if (this.#stopping) return
    if (isRefusal(error)) this.#options.onCrash(error)
    else
      this.#restart = setTimeout(() => this.start().catch(failure => this.#startAgain(failure)), RESTART_MS)
  }

  #assign(assignment: Readonly<Record<string, readonly number[]>>): void {
    const partitions = [...new Set(Object.values(assignment).flat())].toSorted((a, b) => a - b)
    for (const partition of this.#owned.keys())
      if (!partitions.includes(partition)) this.#owned.delete(partition)
    for (const partition of partitions) {
      const held = this.#owned.get(partition)
      if (held?.task !== undefined) this.#seek(held)
      else if (held === undefined)
        this.#owned.set(partition, new OwnedPartition(partition, this.#options.topics.length))
    }
    this.#options.onAssigned(partitions)
    this.#options.onChange()
  }

  /** kafkajs keeps partitions paused over a rebalance. */
  #resumeAll({ partition, paused }: OwnedPartition<V, S>): void {
    paused.fill(false)
    if (!this.#joined) return
    this.#consumer.resume(this.#options.topics.map(topic => ({ topic, partitions: [partition] })))
  }

  /** Until the seek has taken effect, kafkajs marks what it delivers as stale. */
  #seek(owned: OwnedPartition<V, S>): void {
    if (!this.#joined) return
    this.#options.topics.forEach((topic, input) => {
      this.#consumer.seek({ topic, partition: owned.partition, offset: String(owned.fetched[input]) })
    })
  }

  #put({ batch, resolveOffset, isStale, pause }: EachBatchPayload): void {
    const owned = this.#owned.get(batch.partition)
    const last = batch.messages.at(-1)
    if (owned === undefined || isStale() || last === undefined) return
    const input = this.#options.topics.indexOf(batch.topic)
    if (owned.task === undefined) {
      // What is not taken would be fetched again at once, for as long as the store cannot be asked.
      pause()
      owned.paused[input] = true
      return
    }
    owned.put(input, batch.messages)
    resolveOffset(last.offset)
    owned.ends[input] = Number(batch.highWatermark)
    if (owned.backlog > this.#options.maxBacklog && !owned.mustRead) {
      pause()
      owned.paused[input] = true
    }
    this.#options.onChange()
  }

  /**
   * A fetch, a send and a write cost the same for one record as for many: at low rates a short wait, once for each
   * fetch, spares most of them. Who is behind does not wait.
   */
  async #linger({ batch }: EachBatchPayload): Promise<void> {
    const { lingerMs = 0 } = this.#options
    const next = Number(batch.messages.at(-1)?.offset) + 1
    if (lingerMs === 0 || this.#hasLingered || next < Number(batch.highWatermark)) return
    this.#hasLingered = true
    await delay(lingerMs)
  }

  /** kafkajs would silently go on at the beginning or end of what is left: right only where nothing was handled yet. */
  async #checkHistory(task: PartitionTask<V, S>): Promise<void> {
    if (task.pair.sequence === NO_WRITE.sequence) return this.#tellRebuild(task.partition)
    for (const [input, topic] of this.#options.topics.entries()) {
      const range = (await this.#options.topicReader.offsets(topic)).get(task.partition)
      const wanted = task.cursor(input)
      if (range === undefined || (wanted >= range.low && wanted <= range.high)) continue
      throw new MillraceError(
        'HISTORY_LOST',
        `Partition ${task.partition} of ${topic} holds offsets ${range.low} to ${range.high}, the checkpoint stands at ${wanted}: the topic was shortened or made anew. Restore it, or start the pipeline under a new version.`,
        { details: { ...range, topic, wanted } },
      )
    }
  }

  /** A store that was emptied is not one that was never written: what the group committed tells them apart. */
  async #tellRebuild(partition: number): Promise<void> {
    const { topicReader, groupId, topics, onRebuild } = this.#options
    const committed = await topicReader.committed(groupId, topics)
    if (!topics.some(topic => (committed.get(topic)?.get(partition) ?? 0) > 0)) return
    const from: number[] = []
    for (const topic of topics) from.push((await topicReader.offsets(topic)).get(partition)?.low ?? 0)
    onRebuild(partition, from)
  }
}

/** Whether the brokers refuse the group itself, whatever the moment. */
function isRefusal(error: unknown): boolean {
  const { type, cause } = error as { readonly type?: string; readonly cause?: unknown }
  if (type !== undefined && /AUTHORIZATION|AUTHENTICATION|^INVALID_|^UNSUPPORTED_/.test(type)) return true
  return cause instanceof Error && isRefusal(cause)
}
