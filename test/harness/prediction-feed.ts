import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Prediction, type RequestedPrediction, topics } from '@millrace/core'
import type { Consumer } from 'kafkajs'
import { RepeatFilter } from '../../packages/cli/src/history/repeat-filter.ts'
import type { Deployment, Ending } from './deployment.ts'

/** A prediction, and where and since when it lies in the topic. */
export type FedPrediction = (Prediction | RequestedPrediction) & {
  readonly partition: number
  /** When it was published (epoch ms). */
  readonly publishedAt: number
  /** It was there before: a stage that tries a round again publishes it once more. */
  readonly isRepeat: boolean
}

const WITHIN_MS = 60_000

/** Every prediction of a deployment as it comes, also those that come twice. */
export class PredictionFeed {
  readonly all: FedPrediction[] = []
  readonly #consumer: Consumer
  readonly #repeats = new RepeatFilter()

  private constructor({ kafka }: Deployment) {
    this.#consumer = kafka.consumer({
      groupId: `test-${randomUUID()}`,
      maxWaitTimeInMs: 50,
      allowAutoTopicCreation: false,
    })
  }

  static async open(t: Ending, deployment: Deployment): Promise<PredictionFeed> {
    const feed = new PredictionFeed(deployment)
    t.after(() => feed.#consumer.disconnect())
    await feed.#consumer.connect()
    await feed.#consumer.subscribe({
      topic: topics.predictionsTopic(deployment.pipeline),
      fromBeginning: true,
    })
    await feed.#consumer.run({
      autoCommit: false,
      eachMessage: async ({ message, partition }) => {
        const publishedAt = Number(message.timestamp)
        const prediction: Prediction | RequestedPrediction = JSON.parse(String(message.value))
        const isRepeat = prediction.via === 'stream' && feed.#repeats.isRepeat(partition, prediction.parent)
        feed.all.push({ ...prediction, partition, publishedAt, isRepeat })
      },
    })
    return feed
  }

  get streamed(): readonly (Prediction & FedPrediction)[] {
    return this.all.filter(prediction => prediction.via === 'stream')
  }

  /** Those of the stream that count: the first ones. */
  get counted(): readonly (Prediction & FedPrediction)[] {
    return this.streamed.filter(({ isRepeat }) => !isRepeat)
  }

  get requested(): readonly (RequestedPrediction & FedPrediction)[] {
    return this.all.filter(prediction => prediction.via === 'request')
  }

  /** Resolves when what has come is enough. */
  async until(what: string, isEnough: (feed: this) => boolean): Promise<void> {
    const deadline = Date.now() + WITHIN_MS
    while (!isEnough(this)) {
      assert.ok(Date.now() < deadline, `no ${what} among ${this.all.length} predictions`)
      await delay(20)
    }
  }
}
