import type { BrokerRequest } from '../../src/kafka/broker-request.ts'
import type { FetchCluster } from '../../src/kafka/fetch/fetch-source.ts'
import type { OffsetRange } from '../../src/kafka/topic-reader.ts'
import { type Answer, fetchResponse, readFetchRequest } from './fetch/fetch-wire.ts'
import { batchOf } from './record-batch/encoded-batch.ts'

/** A topic of texts, by partition, that one broker serves from `low` on, some records in each answer. */
export class ScriptedTopic implements FetchCluster {
  readonly name: string
  readonly partitions: string[][]
  /** The first offset that each partition holds. */
  readonly lows: number[]
  /** How many records of a partition come in an answer. */
  pace = 2
  /** Each request, as `partition@offset` of what it asked for. */
  readonly asked: string[][] = []
  /** Is told before each answer. */
  onAsked: () => void = () => {}
  isOpen = false

  constructor(name: string, partitions: readonly (readonly string[])[]) {
    this.name = name
    this.partitions = partitions.map(values => [...values])
    this.lows = partitions.map(() => 0)
  }

  async offsets(): Promise<ReadonlyMap<number, OffsetRange>> {
    return new Map(this.partitions.map(({ length }, i) => [i, { low: this.lows[i]!, high: length }]))
  }

  async connect(): Promise<void> {
    this.isOpen = true
  }

  async close(): Promise<void> {
    this.isOpen = false
  }

  async refresh(): Promise<void> {}

  async topicFacts(): Promise<undefined> {}

  leaderOf(): number {
    return 1
  }

  async send(_nodeId: number, { body }: BrokerRequest): Promise<Buffer> {
    await new Promise(resolve => setImmediate(resolve))
    const { positions } = readFetchRequest(Buffer.concat(body))
    this.asked.push(positions.map(({ partition, offset }) => `${partition}@${offset}`))
    this.onAsked()
    return fetchResponse(
      await Promise.all(positions.map(({ partition, offset }) => this.#answer(partition, offset))),
    )
  }

  async #answer(partition: number, offset: number): Promise<Answer> {
    const values = this.partitions[partition]!
    const place = { topic: this.name, partition, highWatermark: values.length }
    if (offset < this.lows[partition]!) return { ...place, errorCode: 1 }
    const records = values.slice(offset, offset + this.pace).map(value => ({ value: Buffer.from(value) }))
    if (records.length === 0) return place
    return { ...place, records: await batchOf(records, { baseOffset: offset }) }
  }
}
