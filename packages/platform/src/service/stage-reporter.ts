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
  readonly #context: Pick<ServiceContext, 'logger' | 'health'>
  readonly #contact: ContactWatch
  /** Whether it has begun: it is a member of its group, and has read what it was given. */
  #isAtWork = false
  #waitsForFetch = false
  /** Names of the topics that are missing. */
  #missing = ''
  /** The check that its last round failed for. */
  #trouble: string | undefined
  #failedSince = 0

  constructor(stage: string, observer: StageObserver, context: Pick<ServiceContext, 'logger' | 'health'>) {
    this.#stage = stage
    this.#context = context
    this.#contact = this.#watchKafka()
    context.health.ready(stage, false, 'joining its group')
    this.observer = {
      ...observer,
      heard: () => this.#contact.heard(),
      fetched: () => {
        if (this.#waitsForFetch) this.#begin()
      },
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
    for (const part of ['kafka', 'topics']) this.#context.health.ready(part, true, undefined, this.#stage)
    this.#report(undefined)
  }

  #onAssigned(partitions: readonly number[]): void {
    this.#context.logger.info({ stage: this.#stage, partitions }, 'partitions assigned')
    if (this.#isAtWork) return
    this.#waitsForFetch = partitions.length > 0
    if (this.#waitsForFetch) this.#context.health.ready(this.#stage, false, 'reading for the first time')
    else this.#begin()
  }

  /** Without a partition it stands by, which is work too; once at work it stays so while partitions move. */
  #begin(): void {
    this.#waitsForFetch = false
    this.#isAtWork = true
    this.#context.health.ready(this.#stage, true)
  }

  #onMissing(topics: readonly string[]): void {
    const missing = topics.join(', ')
    if (missing === this.#missing) return
    const { logger, health } = this.#context
    const found = this.#missing
    this.#missing = missing
    health.ready('topics', missing === '', `Kafka has no topic ${missing}`, this.#stage)
    if (missing === '') logger.info({ stage: this.#stage, topics: found }, 'all topics are there again')
    else
      logger.error(
        { stage: this.#stage, topics: missing },
        'a topic was deleted: the stage waits until it is there again, what it held and was not handled is lost',
      )
  }

  #onRetrying(error: unknown): void {
    const part = partOf(error)
    const trouble = part ?? this.#stage
    if (trouble === this.#trouble) return
    if (this.#trouble === undefined) this.#failedSince = performance.now()
    const message = 'a round failed and is tried until it succeeds'
    this.#context.logger.warn({ err: error, stage: this.#stage, part }, message)
    this.#report(undefined)
    this.#report(trouble)
  }

  #onRecovered(): void {
    const seconds = Math.round((performance.now() - this.#failedSince) / 1_000)
    this.#context.logger.info({ stage: this.#stage, seconds }, 'back at work')
    this.#report(undefined)
  }

  /** A failed round is laid at the door of the part that it failed for, so that each check tells of one thing. */
  #report(trouble: string | undefined): void {
    const { health } = this.#context
    const rounds = `rounds of ${this.#stage}`
    if (this.#trouble !== undefined) health.ready(this.#trouble, true, undefined, rounds)
    if (trouble !== undefined) health.ready(trouble, false, 'the last one failed', rounds)
    this.#trouble = trouble
  }

  #watchKafka(): ContactWatch {
    const { logger, health } = this.#context
    const stage = this.#stage
    return new ContactWatch(SILENT_AFTER_MS, {
      lost() {
        health.ready('kafka', false, `silent for more than ${SILENT_AFTER_MS / 1_000} s`, stage)
        logger.warn({ stage, part: 'kafka' }, 'Kafka is silent: the stage waits until it answers')
      },
      found() {
        health.ready('kafka', true, undefined, stage)
        logger.info({ stage, part: 'kafka' }, 'Kafka answers again')
      },
    })
  }
}
