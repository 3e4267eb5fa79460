import { type EraseRecord, eraseMessage, MillraceError } from '@millrace/core'
import type { Kafka, Message, Producer } from 'kafkajs'

const ALL_REPLICAS = -1

/** Sends single records, each on all replicas before the next. */
export class RecordSender {
  readonly #producer: Producer

  private constructor(producer: Producer) {
    this.#producer = producer
  }

  static async connect(kafka: Kafka): Promise<RecordSender> {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    })
    await producer.connect()
    return new RecordSender(producer)
  }

  /** Sends a value as JSON. Throws PUBLISH_FAILED. */
  async send(topic: string, partition: number, value: unknown): Promise<void> {
    await this.#send(topic, { partition, value: JSON.stringify(value) })
  }

  /** Sends an erase record and answers its offset. Throws PUBLISH_FAILED. */
  sendErase(topic: string, partition: number, record: EraseRecord): Promise<number> {
    return this.#send(topic, { partition, ...eraseMessage(record) })
  }

  async close(): Promise<void> {
    await this.#producer.disconnect()
  }

  async #send(topic: string, message: Message): Promise<number> {
    try {
      const [sent] = await this.#producer.send({ topic, messages: [message], acks: ALL_REPLICAS })
      return Number(sent!.baseOffset)
    } catch (cause) {
      throw new MillraceError('PUBLISH_FAILED', `Kafka did not take a record of ${topic}: try again.`, {
        cause,
      })
    }
  }
}
