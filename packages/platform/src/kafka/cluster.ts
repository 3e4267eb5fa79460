import type { Broker, Cluster, Kafka } from 'kafkajs'
import { type BrokerConnection, exchange } from './broker-connection.ts'
import { type BrokerRequest, FETCH_KEY } from './broker-request.ts'
import {
  decodeTopicFacts,
  METADATA_KEY,
  METADATA_WITH_IDS,
  type TopicFacts,
  topicFactsRequest,
} from './topic-facts.ts'

/** A producer as the brokers know it. */
export interface ProducerIdentity {
  readonly id: bigint
  readonly epoch: number
}

/** Errors after which a connection is of no use: also one that stays silent may be half open. */
const LOST: ReadonlySet<string> = new Set([
  'KafkaJSConnectionClosedError',
  'KafkaJSConnectionError',
  'KafkaJSRequestTimeoutError',
])

/**
 * kafkajs' connections to the brokers, with its authentication, retries and metadata, for requests that we encode
 * ourselves. kafkajs hands a cluster to whoever assigns partitions, so a consumer that never joins its group gives one.
 */
export class KafkaCluster {
  readonly #cluster: Cluster

  constructor(kafka: Kafka) {
    this.#cluster = clusterOf(kafka)
  }

  /** Connects, and reads who leads the partitions of these topics. */
  async connect(topics: readonly string[]): Promise<void> {
    await this.#cluster.connect()
    await this.#cluster.addMultipleTargetTopics([...topics])
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect()
  }

  /** The broker that leads a partition, as of the last look; undefined where none is known. */
  leaderOf(topic: string, partition: number): number | undefined {
    const partitions = this.#cluster.findTopicPartitionMetadata(topic)
    const leader = partitions.find(({ partitionId }) => partitionId === partition)?.leader
    return leader === undefined || leader < 0 ? undefined : leader
  }

  /** Asks anew who leads, connecting again where everything was lost. */
  async refresh(): Promise<void> {
    if (!this.#cluster.isConnected()) await this.#cluster.connect()
    await this.#cluster.refreshMetadata()
  }

  /** What the brokers know of each of these topics that exists; undefined where they give no ids (before Kafka 2.8). */
  async topicFacts(topics: readonly string[]): Promise<ReadonlyMap<string, TopicFacts> | undefined> {
    const broker = (await this.#cluster.findControllerBroker()) as unknown as WireBroker
    if ((broker.versions?.[METADATA_KEY]?.maxVersion ?? 0) < METADATA_WITH_IDS) return undefined
    return decodeTopicFacts(await this.#sendTo(broker, topicFactsRequest(topics)))
  }

  /** Sends a request and answers the body of the response. */
  async send(nodeId: number, request: BrokerRequest): Promise<Buffer> {
    return this.#sendTo(await this.#brokerOf(nodeId), request)
  }

  async #sendTo(broker: WireBroker, request: BrokerRequest): Promise<Buffer> {
    try {
      return await exchange(await broker.connectionPool.getConnection(connectionOf(request)), request)
    } catch (error) {
      if (LOST.has((error as Error).name)) await this.#forget(broker)
      throw error
    }
  }

  /** A new identity for an idempotent producer. */
  async newProducer(): Promise<ProducerIdentity> {
    const broker = (await this.#cluster.findControllerBroker()) as unknown as WireBroker
    const { producerId, producerEpoch } = await broker.initProducerId({ transactionTimeout: 60_000 })
    return { id: BigInt(String(producerId)), epoch: producerEpoch }
  }

  /**
   * A connection keeps the part of an answer that it was cut off in, so it must not be connected again. What it did not
   * send so far it must not send either: the memory of a request is used again.
   */
  async #forget(broker: WireBroker): Promise<void> {
    const { host, port, pool } = broker.connectionPool
    this.#cluster.removeBroker({ host, port })
    await broker.disconnect()
    for (const { socket } of pool) socket?.destroy()
  }

  async #brokerOf(nodeId: number): Promise<WireBroker> {
    return (await this.#cluster.findBroker({ nodeId: String(nodeId) })) as unknown as WireBroker
  }
}

/** What kafkajs' brokers can do beyond their published type. The version of kafkajs is pinned for its sake. */
interface WireBroker extends Pick<Broker, 'disconnect'> {
  /** By key of the request. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null
  readonly connectionPool: {
    readonly host: string
    readonly port: number
    readonly pool: readonly BrokerConnection[]
    /** Connects where that is not done. */
    getConnection(index: number): Promise<BrokerConnection>
  }
  initProducerId(options: { readonly transactionTimeout: number }): Promise<{
    readonly producerId: unknown
    readonly producerEpoch: number
  }>
}

/** Fetches, which the broker holds, have a connection of their own: kafkajs' choice, without the object that it makes for it. */
function connectionOf({ apiKey }: BrokerRequest): number {
  return apiKey === FETCH_KEY ? 1 : 0
}

function clusterOf(kafka: Kafka): Cluster {
  let given: Cluster | undefined
  kafka.consumer({
    groupId: 'none',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        given = cluster
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        }
      },
    ],
  })
  return given!
}
