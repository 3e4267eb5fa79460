import { randomUUID } from 'node:crypto'
import { fateOf, MillraceError, NO_WRITE, type Stage, type StageOrder, type StateStore } from '@millrace/core'
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import { KafkaCluster } from '../kafka/cluster.ts'
import type { Outbox } from '../kafka/outbox.ts'
import type { TopicReader } from '../kafka/topic-reader.ts'
import type { StoreMetrics } from '../metrics/store-metrics.ts'
import { RedisStateStore } from '../redis/state-store.ts'
import { pacingOf } from './pacing.ts'
import { PartitionTask } from './partition-task.ts'
import { recordPartitions } from './record-partitions.ts'
import { StageConsumer } from './stage-consumer.ts'
import type { StageInput } from './stage-input.ts'
import { StageLoop } from './stage-loop.ts'
import type { StageObserver } from './stage-observer.ts'
import { isClaiming } from './states/claimed-states.ts'
import { arrivalLimits, RawLimits, StageLimits, type TurnLimits } from './turn-limits.ts'
import type { WatermarkSource } from './watermark-source.ts'

/** The connections that stages of one process share. */
export interface StageConnections {
  readonly kafka: Kafka
  readonly topicReader: TopicReader
  readonly redis: Redis
}

export interface StageRunnerOptions<V, S> {
  readonly stage: Stage<V, S>
  readonly inputs: readonly StageInput<V>[]
  /** Namespace of its states, and prefix of its consumer group. */
  readonly namespace: string
  readonly order: StageOrder
  /** Under strict order, the stages whose progress a raw stage keeps step with. */
  readonly siblings?: readonly WatermarkSource[]
  /** Of a raw stage: the version of the pipeline that decides on a partition of which nothing is stored. */
  readonly servedAtFirst?: number | undefined
  /** Records what its states belong to, unless the store has that: at the start, and when the store may have lost it. */
  readonly record?: (() => Promise<unknown>) | undefined
  readonly outbox: Outbox
  readonly observer: StageObserver
  /** Times the operations of its store. */
  readonly measured?: StoreMetrics
  readonly sessionTimeoutMs: number
  /** Memory for the states of the stage (bytes, estimated). */
  readonly cachedBytes: number
  /** Ends the service: the stage cannot go on. */
  readonly fail: (error: unknown) => void
}

const REPORT_INTERVAL_MS = 1_000
/** Records of one partition in a round. */
const ROUND_SIZE = 512
/** Of them those that are handled at once: so many that the store is rarely asked, so few that their objects die young. */
const BATCH_SIZE = 128
/** A stage that claims ids asks the store for each batch. */
const CLAIMING_BATCH_SIZE = ROUND_SIZE
/** A fetch may add some thousands. */
const MAX_BACKLOG = 1_000
/** How far one raw partition may run ahead of the slowest in a replay (ms of event time). */
const REPLAY_SKEW_MS = 86_400_000

/** Runs a stage: consumer group, loop, store and limits, wired for its order. */
export class StageRunner<V, S> {
  readonly #consumer: StageConsumer<V, S>
  readonly #loop: StageLoop<V, S>
  readonly #redis: Redis
  readonly #stage: string
  readonly #onReconnect: () => void
  #running: Promise<void> | undefined
  #reports: NodeJS.Timeout | undefined

  private constructor(options: StageRunnerOptions<V, S>, connections: StageConnections, partitions: number) {
    this.#redis = connections.redis
    const { stage, inputs, namespace, order, observer } = options
    this.#stage = stage.name
    const { name, stateTtl } = stage
    const plain = new RedisStateStore(connections.redis, { namespace, stage: name, stateTtl })
    const store = options.measured?.measuredStore(plain) ?? plain
    const task = {
      stage,
      inputs: inputs.length,
      order,
      store,
      servedAtFirst: options.servedAtFirst,
      newId: randomUUID,
    }
    this.#consumer = new StageConsumer<V, S>({
      ...connections,
      cluster: new KafkaCluster(connections.kafka),
      groupId: `${namespace}.${stage.name}`,
      topics: inputs.map(input => input.topic),
      partitions,
      sessionTimeoutMs: options.sessionTimeoutMs,
      maxBacklog: MAX_BACKLOG,
      ...pacingOf(options),
      async loadTask(partition) {
        const loaded = await PartitionTask.load({ ...task, partition })
        // A store that lost a checkpoint has lost what is recorded beside it.
        if (loaded.pair.sequence === NO_WRITE.sequence) await recordAll(options, connections)
        return loaded
      },
      onChange: () => this.#loop.wake(),
      onAssigned: observer.assigned,
      onRebuild: observer.rebuilding,
      onNewEpoch: observer.newEpoch,
      onMissing: observer.topicsMissing,
      onHeard: observer.heard,
      onFetched: observer.fetched,
      onPosition: observer.stands,
      onCommitted: observer.committed,
      onRebalanced: observer.rebalanced,
      onCrash: options.fail,
    })
    const limits = limitsOf(options, connections.topicReader, store)
    const batchSize = isClaiming(stage) ? CLAIMING_BATCH_SIZE : BATCH_SIZE
    this.#loop = new StageLoop({
      ...options,
      source: this.#consumer,
      limits,
      store,
      batchSize,
      batchesPerRound: ROUND_SIZE / batchSize,
    })
    this.#onReconnect = () => {
      this.#loop.checkOwnership()
      recordAll(options, connections).catch(error => {
        if (fateOf(error) === 'stop') options.fail(error)
      })
    }
  }

  /** Joins the group and begins to work. Throws TOPIC_MISSING, PARTITIONS_CHANGED, what `record` throws, and what may pass. */
  static async start<V, S>(
    options: StageRunnerOptions<V, S>,
    connections: StageConnections,
  ): Promise<StageRunner<V, S>> {
    const partitions = await recordAll(options, connections)
    const runner = new StageRunner(options, connections, partitions)
    runner.#redis.on('ready', runner.#onReconnect)
    try {
      await runner.#consumer.start()
    } catch (error) {
      await runner.stop()
      throw error
    }
    runner.#running = runner.#loop.run().catch(options.fail)
    runner.#reports = setInterval(() => void runner.#consumer.reportPositions(), REPORT_INTERVAL_MS)
    return runner
  }

  /**
   * Finishes the round at work, commits the positions and leaves the group. Throws STOP_INCOMPLETE when the store did
   * not take the last write.
   */
  async stop(): Promise<void> {
    clearInterval(this.#reports)
    this.#redis.off('ready', this.#onReconnect)
    this.#loop.stop()
    await this.#running
    const { isUnwritten } = this.#loop
    await this.#consumer.reportPositions()
    await this.#consumer.stop()
    if (isUnwritten) throw incomplete(this.#stage)
  }
}

/** Answers the partition count of the stage. */
async function recordAll(
  options: Pick<StageRunnerOptions<unknown, unknown>, 'namespace' | 'inputs' | 'record'> & {
    readonly stage: { readonly name: string }
  },
  connections: StageConnections,
): Promise<number> {
  await options.record?.()
  return recordPartitions(options, connections)
}

function incomplete(stage: string): MillraceError {
  return new MillraceError(
    'STOP_INCOMPLETE',
    `Redis did not take the last write of ${stage}: whoever takes its partitions handles their last records again.`,
  )
}

function limitsOf<V, S>(
  options: StageRunnerOptions<V, S>,
  topicReader: TopicReader,
  store: StateStore,
): TurnLimits {
  const { stage, order, inputs, siblings = [] } = options
  if (order === 'arrival') return arrivalLimits(stage.pace)
  const upstream = inputs.flatMap(input => input.upstream ?? [])
  if (upstream.length === 0) return new RawLimits(store, siblings, REPLAY_SKEW_MS)
  return new StageLimits(store, upstream, () =>
    Promise.all(inputs.map(({ topic }) => endsOf(topicReader, topic))),
  )
}

async function endsOf(topicReader: TopicReader, topic: string): Promise<ReadonlyMap<number, number>> {
  const offsets = await topicReader.offsets(topic)
  return new Map([...offsets].map(([partition, { high }]) => [partition, high]))
}
