import { randomUUID } from 'node:crypto'
import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'

/** What is done with a record of a topic. */
export type Reader = (message: KafkaMessage) => void

export interface WatcherOptions {
  readonly kafka: Kafka
  /** Connected. */
  readonly admin: Admin
  /** How the records of each topic are read. A reader never throws. */
  readonly readers: ReadonlyMap<string, Reader>
}

/** A short fetch wait, since what is watched is shown live. */
const MAX_WAIT_MS = 20

/** Reads the topics of a run from where they end at its start, in a group of its own that it removes in the end. */
export class Watcher {
  readonly #options: WatcherOptions
  readonly #groupId = `millrace-watch-${randomUUID()}`
  readonly #consumer: Consumer

  private constructor(options: WatcherOptions) {
    this.#options = options
    this.#consumer = options.kafka.consumer({
      groupId: this.#groupId,
      maxWaitTimeInMs: MAX_WAIT_MS,
      allowAutoTopicCreation: false,
    })
  }

  /** Resolves when everything that is published from now on will be read. */
  static async start(options: WatcherOptions): Promise<Watcher> {
    const watcher = new Watcher(options)
    await watcher.#consumer.connect()
    await watcher.#run()
    return watcher
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect()
    await this.#options.admin.deleteGroups([this.#groupId]).catch(() => {})
  }

  async #run(): Promise<void> {
    const { admin, readers } = this.#options
    const topics = [...readers.keys()]
    const ends = await Promise.all(topics.map(topic => admin.fetchTopicOffsets(topic)))
    await this.#consumer.subscribe({ topics, fromBeginning: true })
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: async payload => this.#read(payload),
    })
    topics.forEach((topic, i) => {
      for (const { partition, high } of ends[i]!) this.#consumer.seek({ topic, partition, offset: high })
    })
  }

  #read({ batch, isStale }: EachBatchPayload): void {
    if (isStale()) return
    const read = this.#options.readers.get(batch.topic)!
    for (const message of batch.messages) read(message)
  }
}
