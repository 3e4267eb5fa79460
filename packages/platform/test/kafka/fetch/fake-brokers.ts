import type { BrokerRequest } from '../../../src/kafka/broker-request.ts'
import type { FetchCluster } from '../../../src/kafka/fetch/fetch-source.ts'
import type { TopicFacts } from '../../../src/kafka/topic-facts.ts'
import { type Answer, fetchResponse, readFetchRequest } from './fetch-wire.ts'

/** A request that a broker holds until the test answers it. */
export interface HeldRequest {
  readonly nodeId: number
  readonly maxWaitMs: number
  /** `topic/partition@offset`, as asked. */
  readonly asked: readonly string[]
  answer(answers: readonly Answer[], errorCode?: number): void
  fail(error: Error): void
}

/** Brokers whose answers are in the hands of the test. */
export class FakeBrokers implements FetchCluster {
  /** Leader of each `topic/partition`. */
  readonly leaders: Map<string, number>
  /** What happens while the brokers are asked who leads. */
  onRefresh: () => void = () => {}
  refreshes = 0
  /** By topic; without any the brokers give no ids. */
  facts: Record<string, TopicFacts | undefined> | undefined
  connected: readonly string[] | undefined
  readonly #held: HeldRequest[] = []
  readonly #all: HeldRequest[] = []
  readonly #waiting = new Map<number, (request: HeldRequest) => void>()

  constructor(leaders: Readonly<Record<string, number>>) {
    this.leaders = new Map(Object.entries(leaders))
  }

  async connect(topics: readonly string[]): Promise<void> {
    this.connected = topics
  }

  async close(): Promise<void> {
    this.connected = undefined
  }

  leaderOf(topic: string, partition: number): number | undefined {
    return this.leaders.get(`${topic}/${partition}`)
  }

  async topicFacts(topics: readonly string[]): Promise<ReadonlyMap<string, TopicFacts> | undefined> {
    if (this.facts === undefined) return undefined
    const { facts } = this
    return new Map(topics.flatMap(topic => (facts[topic] === undefined ? [] : [[topic, facts[topic]]])))
  }

  async refresh(): Promise<void> {
    this.refreshes++
    this.onRefresh()
  }

  send(nodeId: number, { body }: BrokerRequest): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    const { maxWaitMs, positions } = readFetchRequest(Buffer.concat(body))
    const asked = positions.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`)
    const answer = (answers: readonly Answer[], errorCode?: number): void =>
      resolve(fetchResponse(answers, errorCode))
    const request = { nodeId, maxWaitMs, asked, answer, fail: reject }
    this.#all.push(request)
    const waiting = this.#waiting.get(nodeId)
    this.#waiting.delete(nodeId)
    if (waiting === undefined) this.#held.push(request)
    else waiting(request)
    return promise
  }

  /** The next request to a broker, as soon as it is there. */
  async request(nodeId: number): Promise<HeldRequest> {
    const index = this.#held.findIndex(held => held.nodeId === nodeId)
    if (index >= 0) return this.#held.splice(index, 1)[0]!
    return new Promise(resolve => this.#waiting.set(nodeId, resolve))
  }

  /** Answers every request that the test left without an answer. */
  release(): void {
    for (const request of this.#all) request.answer([])
  }

  /** Requests that no test has taken, once everything that was under way has come to rest. */
  async untaken(): Promise<readonly HeldRequest[]> {
    for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
    return this.#held
  }
}
