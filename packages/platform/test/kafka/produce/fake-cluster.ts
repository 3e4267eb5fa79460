import type { BrokerRequest } from '../../../src/kafka/broker-request.ts'
import type { ProducerIdentity } from '../../../src/kafka/cluster.ts'
import type { ProducerCluster } from '../../../src/kafka/produce/producer.ts'
import { Decoder, decodeBatch, type WireBatch } from './kafkajs-wire.ts'

/** A record in a log. */
export type LoggedRecord = WireBatch['records'][number]

export interface SentBatch {
  readonly topic: string
  readonly partition: number
  readonly batch: WireBatch
}

/** A request as a broker reads it. */
export interface SentRequest {
  readonly node: number
  readonly bytes: number
  readonly batches: readonly SentBatch[]
}

/**
 * What becomes of a request. `lost before` and `lost after`: the connection breaks before or after the broker took it;
 * a function answers the error code of each batch, 0 to take it.
 */
export type Fate = 'taken' | 'lost before' | 'lost after' | ((batch: SentBatch) => number)

const NOT_LEADER = 6
const OUT_OF_ORDER = 45
const DUPLICATE = 46

/** Brokers that keep what they are sent, check sequence numbers, and treat the requests as a script says. */
export class FakeCluster implements ProducerCluster {
  /** Leaders by `topic/partition`; of others it is node 1. */
  readonly leaders = new Map<string, number | undefined>()
  /** What `leaders` becomes by the next refresh. */
  moved = new Map<string, number | undefined>()
  readonly logs = new Map<string, LoggedRecord[]>()
  readonly requests: SentRequest[] = []
  /** For the next requests, one each; the others are taken. */
  readonly script: Fate[] = []
  /** Errors of the next calls that ask for an identity. */
  readonly identityErrors: Error[] = []
  identities = 0
  refreshes = 0
  isOpen = false
  /** The most brokers that were busy at the same time. */
  mostAtOnce = 0
  readonly #sequences = new Map<string, number>()
  readonly #busy = new Set<number>()

  async connect(): Promise<void> {
    this.isOpen = true
  }

  async close(): Promise<void> {
    this.isOpen = false
  }

  leaderOf(topic: string, partition: number): number | undefined {
    const name = `${topic}/${partition}`
    return this.leaders.has(name) ? this.leaders.get(name) : 1
  }

  async refresh(): Promise<void> {
    this.refreshes++
    for (const [name, leader] of this.moved) this.leaders.set(name, leader)
  }

  async newProducer(): Promise<ProducerIdentity> {
    const error = this.identityErrors.shift()
    if (error !== undefined) throw error
    return { id: BigInt(++this.identities), epoch: 0 }
  }

  async send(node: number, request: BrokerRequest): Promise<Buffer> {
    if (this.#busy.has(node)) throw new Error('a broker has one request at a time')
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#busy.add(node).size)
    const fate = this.script.shift() ?? 'taken'
    const body = Buffer.concat(request.body)
    const sent = { node, bytes: body.length, batches: await readRequest(body) }
    this.requests.push(sent)
    this.#busy.delete(node)
    if (fate === 'lost before') throw connectionLost()
    const codes = sent.batches.map(
      batch => (typeof fate === 'function' && fate(batch)) || this.#take(node, batch),
    )
    if (fate === 'lost after') throw connectionLost()
    return answerOf(sent.batches, codes)
  }

  /** The values in a partition's log, as texts. */
  valuesOf(topic: string, partition: number): (string | undefined)[] {
    return (this.logs.get(`${topic}/${partition}`) ?? []).map(({ value }) => value?.toString())
  }

  #take(node: number, { topic, partition, batch }: SentBatch): number {
    const name = `${topic}/${partition}`
    if ((this.moved.get(name) ?? this.leaderOf(topic, partition)) !== node) return NOT_LEADER
    const producer = `${name} ${batch.producerId}`
    const expected = this.#sequences.get(producer) ?? batch.firstSequence
    if (batch.firstSequence !== expected) return batch.firstSequence < expected ? DUPLICATE : OUT_OF_ORDER
    this.#sequences.set(producer, (expected + batch.records.length) % 2 ** 31)
    this.logs.set(name, [...(this.logs.get(name) ?? []), ...batch.records])
    return 0
  }
}

/** An error as kafkajs throws it. */
export function kafkajsError(type: string, retriable: boolean): Error {
  return Object.assign(new Error(type), { type, retriable })
}

function connectionLost(): Error {
  return Object.assign(kafkajsError('Closed connection', true), { name: 'KafkaJSConnectionClosedError' })
}

async function readRequest(body: Buffer): Promise<SentBatch[]> {
  const decoder = new Decoder(body)
  decoder.readString() // the transaction
  decoder.readInt16()
  decoder.readInt32()
  const batches: SentBatch[] = []
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topic = decoder.readString()!
    for (let partitions = decoder.readInt32(); partitions > 0; partitions--) {
      const partition = decoder.readInt32()
      const bytes = decoder.readBytes(decoder.readInt32())
      batches.push({ topic, partition, batch: await decodeBatch(new Decoder(bytes)) })
    }
  }
  return batches
}

/** One topic for each batch: brokers may answer in any order. */
function answerOf(batches: readonly SentBatch[], codes: readonly number[]): Buffer {
  const answers = batches.map(({ topic, partition }, i) => {
    const name = Buffer.from(topic)
    const answer = Buffer.alloc(2 + name.length + 4 + 30)
    let at = answer.writeInt16BE(name.length, 0)
    at += name.copy(answer, at)
    at = answer.writeInt32BE(1, at)
    at = answer.writeInt32BE(partition, at)
    answer.writeInt16BE(codes[i]!, at)
    return answer
  })
  const count = Buffer.alloc(4)
  count.writeInt32BE(answers.length)
  const throttle = Buffer.alloc(4)
  return Buffer.concat([count, ...answers.reverse(), throttle])
}
