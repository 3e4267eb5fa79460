import { type Clock, type ClockDeclaration, createClock, speedOf } from '@millrace/core'
import type { HandledFacts, StageObserver } from '../stage/stage-observer.ts'
import { PHASES, STAGE_METRICS } from './catalogue/stages.ts'
import { ConsumerMetrics, type ConsumerOptions } from './consumer-metrics.ts'
import { type Registered, registerMetrics, startAtZero } from './register-metrics.ts'
import type { MetricsRegistry } from './registry.ts'
import { StateCacheMetrics } from './state-cache-metrics.ts'

export interface ObservedStage extends ConsumerOptions {
  readonly stage: string
}

/** Metrics of all stages of one service. */
export class StageMetrics {
  readonly #metrics: Registered<typeof STAGE_METRICS>
  readonly #consumers: ConsumerMetrics
  readonly #caches: StateCacheMetrics
  readonly #clock: Clock
  readonly #speed: number

  /** @param clock the declared clock, which says how long ago an event was */
  constructor(registry: MetricsRegistry, clock: ClockDeclaration, wall: Clock = Date) {
    this.#metrics = registerMetrics(registry, STAGE_METRICS)
    this.#consumers = new ConsumerMetrics(registry)
    this.#caches = new StateCacheMetrics(registry)
    this.#clock = createClock(clock, wall)
    this.#speed = speedOf(clock)
  }

  /** The observer of one stage. */
  observerOf({ stage, group, topics }: ObservedStage): StageObserver {
    const metrics = this.#metrics
    startAtZero(metrics, STAGE_METRICS, { stage: [stage], topic: topics })
    metrics.missing.set({ stage }, 0)
    const consumer = this.#consumers.observerOf({ group, topics })
    const latest = new Map<number, number>()
    return {
      ...consumer,
      ...this.#roundsOf(stage),
      cached: this.#caches.observerOf(stage),
      handled: facts => this.#handled(stage, topics, facts, latest),
      repeatsSkipped: count => metrics.repeats.inc({ stage }, count),
      refused: partition => metrics.refused.inc({ stage, partition }),
      rebuilding: partition => metrics.rebuilds.inc({ stage, partition }),
      newEpoch: (topic, partition) => metrics.epochs.inc({ stage, topic, partition }),
      topicsMissing: missing => metrics.missing.set({ stage }, missing.length),
      retrying: error => metrics.retries.inc({ stage, code: codeOf(error) }),
      assigned: this.#assignedOf(stage, topics, consumer),
      recovered() {},
      heard() {},
      fetched() {},
    }
  }

  /** How rounds are counted: every record by what its round took, and by how long its event has been. */
  #roundsOf(stage: string): Pick<StageObserver, 'phase' | 'published'> {
    const phases = new Map(PHASES.map(phase => [phase, this.#metrics.phases.of({ stage, phase })]))
    const processing = this.#metrics.processing.of({ stage })
    const delay = this.#metrics.delay.of({ stage })
    const perSecond = 1_000 * this.#speed
    return {
      phase: (phase, seconds) => phases.get(phase)!.observe(seconds),
      published: (partitions, seconds) => {
        const now = this.#clock.now()
        for (const eventTimes of partitions) {
          processing.observe(seconds, eventTimes.length)
          for (const eventTime of eventTimes)
            if (Number.isFinite(eventTime)) delay.observe(Math.max(0, now - eventTime) / perSecond)
        }
      },
    }
  }

  /** Under arrival order nobody knows a watermark: the latest event time (epoch ms), by partition, stands for it. */
  #handled(
    stage: string,
    topics: readonly string[],
    { partition, counts, watermark, newestEventTime }: HandledFacts,
    latest: Map<number, number>,
  ): void {
    for (const { input, outcome, records } of counts)
      this.#metrics.records.inc({ stage, topic: topics[input]!, outcome }, records)
    latest.set(partition, Math.max(newestEventTime, latest.get(partition) ?? Number.NEGATIVE_INFINITY))
    const time = Number.isFinite(watermark) ? watermark : latest.get(partition)!
    if (Number.isFinite(time)) this.#metrics.watermark.set({ stage, partition }, time / 1_000)
  }

  #assignedOf(
    stage: string,
    topics: readonly string[],
    consumer: Pick<StageObserver, 'assigned'>,
  ): StageObserver['assigned'] {
    const metrics = this.#metrics
    let held: readonly number[] = []
    metrics.partitions.set({ stage }, 0)
    return partitions => {
      consumer.assigned(partitions)
      metrics.partitions.set({ stage }, partitions.length)
      startAtZero(metrics, STAGE_METRICS, {
        stage: [stage],
        topic: topics,
        partition: partitions.map(String),
      })
      for (const partition of held)
        if (!partitions.includes(partition)) metrics.watermark.remove({ stage, partition })
      held = partitions
    }
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'UNKNOWN'
}
