import type { ServiceContext } from '../lifecycle/run-service.ts'
import type { StageObserver } from '../stage/stage-observer.ts'
import { ContactWatch } from './contact-watch.ts'
import { partOf } from './trouble.ts'

/** Fetches and heartbeats come several times in this time (ms). */
const SILENT_AFTER_MS = 6_000

/**
 * Tells the log and `/readyz` what matters to an operator, and passes everything on. A trouble is logged once when it
 * begins and once when it is over, however often the stage tries.
 */
export class StageReporter {
  readonly observer: StageObserver
  readonly #stage: string
  /** Names Kafka, as this stage sees it, in `/readyz`. */
  readonly #kafka: string
  /** Names its topics in `/readyz`. */
  readonly #topics: string
  readonly #context: Pick<ServiceContext, 'logger' | 'health'>
  readonly #contact: ContactWatch
  #assigned = false
  /** Names of the topics that are missing. */
  #missing = ''
  #trouble: string | undefined
  #failedSince = 0

  constructor(stage: string, observer: StageObserver, context: Pick<ServiceContext, 'logger' | 'health'>) {
    this.#stage = stage
    this.#kafka = `kafka (${stage})`
    this.#topics = `topics (${stage})`
    this.#context = context
    this.#contact = this.#watchKafka()
    context.health.ready(stage, false, 'joining its group')
    this.observer = {
      ...observer,
      heard: () => this.#contact.heard(),
      assigned: partitions => {
        this.#onAssigned(partitions)
        observer.assigned(partitions)
      },
      refused: partition => {
        const message = 'another write came in between: the partition is loaded anew'
        context.logger.warn({ stage, partition }, message)
        observer.refused(partition)
      },
      rebuilding: (partition, from) => {
        const message = 'the store has lost what it held of the partition: it is rebuilt from its topics'
        context.logger.warn({ stage, partition, from }, message)
        observer.rebuilding(partition, from)
      },
      newEpoch: (topic, partition, from) => {
        const message = 'a topic was deleted and made anew: its records are handled from the start'
        context.logger.warn({ stage, topic, partition, from }, message)
        observer.newEpoch(topic, partition, from)
      },
      topicsMissing: topics => {
        this.#onMissing(topics)
        observer.topicsMissing(topics)
      },
      retrying: error => {
        this.#onRetrying(error)
        observer.retrying(error)
      },
      recovered: () => {
        this.#onRecovered()
        observer.recovered()
      },
    }
  }

  stop(): void {
    this.#contact.stop()
    this.#context.health.ready(this.#kafka, true)
    this.#context.health.ready(this.#topics, true)
  }

  #onAssigned(partitions: readonly number[]): void {
    this.#assigned = true
    this.#context.logger.info({ stage: this.#stage, partitions }, 'partitions assigned')
    this.#reportHealth()
  }

  #onMissing(topics: readonly string[]): void {
    const missing = topics.join(', ')
    if (missing === this.#missing) return
    const { logger, health } = this.#context
    const found = this.#missing
    this.#missing = missing
    health.ready(this.#topics, missing === '', `Kafka has no topic ${missing}`)
    if (missing === '') logger.info({ stage: this.#stage, topics: found }, 'all topics are there again')
    else
      logger.error(
        { stage: this.#stage, topics: missing },
        'a topic was deleted: the stage waits until it is there again, what it held and was not handled is lost',
      )
  }

  #onRetrying(error: unknown): void {
    const part = partOf(error)
    const trouble = part === undefined ? 'its last round failed' : `its last round failed for ${part}`
    if (this.#trouble === undefined) this.#failedSince = performance.now()
    if (trouble !== this.#trouble) {
      const message = 'a round failed and is tried until it succeeds'
      this.#context.logger.warn({ err: error, stage: this.#stage, part }, message)
    }
    this.#trouble = trouble
    this.#reportHealth()
  }

  #onRecovered(): void {
    const seconds = Math.round((performance.now() - this.#failedSince) / 1_000)
    this.#context.logger.info({ stage: this.#stage, seconds }, 'back at work')
    this.#trouble = undefined
    this.#reportHealth()
  }

  #reportHealth(): void {
    if (this.#trouble !== undefined) this.#context.health.ready(this.#stage, false, this.#trouble)
    else if (this.#assigned) this.#context.health.ready(this.#stage, true)
  }

  #watchKafka(): ContactWatch {
    const { logger, health } = this.#context
    const stage = this.#stage
    const name = this.#kafka
    return new ContactWatch(SILENT_AFTER_MS, {
      lost() {
        health.ready(name, false, `silent for more than ${SILENT_AFTER_MS / 1_000} s`)
        logger.warn({ stage, part: 'kafka' }, 'Kafka is silent: the stage waits until it answers')
      },
      found() {
        health.ready(name, true)
        logger.info({ stage, part: 'kafka' }, 'Kafka answers again')
      },
    })
  }
}
