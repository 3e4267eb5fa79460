import cardFraud from '@millrace/card-fraud'
import { offsetOf, type Prediction, topics } from '@millrace/core'
import { createKafka, KafkaCluster, scanRanges, scanTopic, TopicReader } from '@millrace/platform'
import type { Kafka } from 'kafkajs'
import { expectedCounts } from './expected-counts.ts'

/** A transaction as it stands in its raw topic. */
export interface SentTransaction {
  readonly partition: number
  readonly offset: number
  readonly transactionId: string
  readonly customerId: string
  readonly terminalId: string
  readonly occurredAt: number
}

/** What became of all transactions that were ever sent. */
export interface Account {
  readonly sent: number
  /** Distinct ids among them: the simulation itself repeats and leaves out nothing. */
  readonly ids: number
  /** Transactions that have a prediction. */
  readonly predicted: number
  /** Predictions beyond the first of a transaction. */
  readonly repeats: number
  readonly deadLetters: number
  /** Ids whose features count another number of transactions than were sent. */
  readonly miscounted: readonly string[]
  /** Predictions that say themselves that history was missing: their event came later than others of its terminal. */
  readonly truncated: number
}

const SILENT_LOG = { debug() {}, warn() {} }

/** The topics of a deployment of card fraud. */
export class Ledger implements AsyncDisposable {
  readonly #kafka: Kafka
  readonly #topicReader: TopicReader

  private constructor(kafka: Kafka) {
    this.#kafka = kafka
    this.#topicReader = new TopicReader(kafka)
  }

  static async open(brokers: string): Promise<Ledger> {
    const ledger = new Ledger(createKafka({ brokers: [brokers], clientId: 'test', log: SILENT_LOG }))
    await ledger.#topicReader.connect()
    return ledger
  }

  /** Records in a topic, over all partitions. */
  async size(topic: string): Promise<number> {
    const offsets = await this.#topicReader.offsets(topic)
    return [...offsets.values()].reduce((sum, { low, high }) => sum + high - low, 0)
  }

  predictions(): Promise<number> {
    return this.size(topics.predictionsTopic(cardFraud))
  }

  transactions(): Promise<number> {
    return this.size(cardFraud.scored.topic)
  }

  /** Compares all transactions with all predictions. */
  async take(): Promise<Account> {
    const sent = await this.#transactions()
    const [first, repeats] = await this.#firstPredictions()
    const expected = expectedCounts(sent)
    const deadLetters = await Promise.all(
      cardFraud.events.map(type => this.size(topics.deadLetterTopic(type))),
    )
    return {
      sent: sent.length,
      ids: new Set(sent.map(({ transactionId }) => transactionId)).size,
      predicted: sent.filter(transaction => first.has(placeOf(transaction))).length,
      repeats,
      deadLetters: deadLetters.reduce((sum, size) => sum + size, 0),
      miscounted: sent.flatMap((transaction, i) => {
        const prediction = first.get(placeOf(transaction))
        if (prediction === undefined) return []
        return isRight(prediction, expected[i]!) ? [] : [transaction.transactionId]
      }),
      truncated: [...first.values()].filter(prediction => prediction.truncated).length,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#topicReader.close()
  }

  async #transactions(): Promise<readonly SentTransaction[]> {
    const sent: SentTransaction[] = []
    for await (const { partition, offset, value } of this.#read(cardFraud.scored.topic))
      sent.push({ ...(value as Omit<SentTransaction, 'partition' | 'offset'>), partition, offset })
    return sent
  }

  /** The first prediction of each transaction, by its place in the raw topic, and how many there are beyond. */
  async #firstPredictions(): Promise<readonly [ReadonlyMap<string, Prediction>, number]> {
    const first = new Map<string, Prediction>()
    let repeats = 0
    for await (const { value } of this.#read(topics.predictionsTopic(cardFraud))) {
      const prediction = value as Prediction
      if (prediction.via !== 'stream') continue
      const { partition, offset } = prediction.origin
      const place = placeOf({ partition, offset: offsetOf(offset) })
      if (first.has(place)) repeats++
      else first.set(place, prediction)
    }
    return [first, repeats]
  }

  async *#read(topic: string): AsyncGenerator<{ partition: number; offset: number; value: unknown }> {
    const ranges = await scanRanges(this.#topicReader, topic)
    for await (const { partition, records } of scanTopic({
      cluster: new KafkaCluster(this.#kafka),
      topic,
      ranges,
    }))
      for (const { offset, value } of records) yield { partition, offset, value: JSON.parse(String(value)) }
  }
}

/** What history is missing for counts less. */
function isRight({ features, truncated }: Prediction, expected: Readonly<Record<string, number>>): boolean {
  return Object.entries(expected).every(
    ([name, count]) => features[name] === count || (truncated && features[name]! < count),
  )
}

function placeOf({ partition, offset }: { readonly partition: number; readonly offset: number }): string {
  return `${partition}/${offset}`
}
