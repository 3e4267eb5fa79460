import { type EventType, type Pipeline, type StageOutput, topics } from '@millrace/core'
import type { HandledFacts, MetricsRegistry } from '@millrace/platform'
import { INGEST_METRICS, type Registered, registerMetrics, startAtZero } from '@millrace/platform/metrics'

/** Counts what was refused, by reason, what had come before, and what came late, by policy. */
export class IngestMetrics {
  readonly #metrics: Registered<typeof INGEST_METRICS>

  constructor(registry: MetricsRegistry, { events }: Pipeline) {
    this.#metrics = registerMetrics(registry, INGEST_METRICS)
    startAtZero(this.#metrics, INGEST_METRICS, { topic: events.map(({ topic }) => topic) })
  }

  late({ topic, late: policy }: EventType): void {
    this.#metrics.late.inc({ topic, policy })
  }

  handled({ topic }: EventType, { counts }: HandledFacts): void {
    for (const { outcome, records } of counts)
      if (outcome === 'duplicate') this.#metrics.duplicates.inc({ topic }, records)
  }

  /** Answers what counts the dead letters among outputs, once they are published. */
  whenPublished(event: EventType, outputs: readonly StageOutput[]): () => void {
    const deadLetters = topics.deadLetterTopic(event)
    const reasons = outputs
      .filter(({ topic }) => topic === deadLetters)
      .map(({ headers }) => String(headers?.['millrace-reason']))
    return () => {
      for (const reason of reasons) this.#metrics.deadLetters.inc({ topic: event.topic, reason })
    }
  }
}
