import type { Pipeline } from '@millrace/core'
import { type Health, readServing } from '@millrace/platform'
import type { connectOnlineRedis } from '@millrace/platform/online'

type OnlineRedis = ReturnType<typeof connectOnlineRedis>

const LOOK_EVERY_MS = 1_000

/** Requests are for the version that serves: beside it, this one is not ready, though it answers whoever asks it. */
export class ServingWatch {
  readonly #redis: OnlineRedis
  readonly #pipeline: Pipeline
  readonly #health: Health
  readonly #looks: NodeJS.Timeout

  constructor(redis: OnlineRedis, pipeline: Pipeline, health: Health) {
    this.#redis = redis
    this.#pipeline = pipeline
    this.#health = health
    this.#looks = setInterval(() => void this.look(), LOOK_EVERY_MS)
  }

  /** Looks once. Without an answer what was known stays. */
  async look(): Promise<void> {
    const { name, version } = this.#pipeline
    const serving = await readServing(this.#redis, name).catch(() => undefined)
    if (serving === undefined) return
    this.#health.ready(
      'version',
      serving === version,
      `version ${serving} of ${name} serves, this is ${version}`,
    )
  }

  stop(): void {
    clearInterval(this.#looks)
  }
}
