import { type EventType, type Pipeline, REASON_CODES, type StageOutput, topics } from '@millrace/core'
import type { MetricsRegistry } from '@millrace/platform'
import { Counter } from 'prom-client'

/** Counts what was refused, by reason, and what came late, by policy; each is there from the start, at 0. */
export class IngestMetrics {
  readonly #deadLetters: Counter
  readonly #late: Counter

  constructor(registry: MetricsRegistry, pipeline: Pipeline) {
    this.#deadLetters = new Counter({
      name: 'dead_letter_records_total',
      help: 'Records refused, by reason.',
      labelNames: ['topic', 'reason'],
      registers: [registry],
    })
    this.#late = new Counter({
      name: 'late_events_total',
      help: 'Events older than the grace allows, by what became of them.',
      labelNames: ['topic', 'policy'],
      registers: [registry],
    })
    for (const { topic, late: policy } of pipeline.events) {
      this.#late.inc({ topic, policy }, 0)
      for (const reason of REASON_CODES) this.#deadLetters.inc({ topic, reason }, 0)
    }
  }

  late({ topic, late: policy }: EventType): void {
    this.#late.inc({ topic, policy })
  }

  count(event: EventType, outputs: readonly StageOutput[]): void {
    const deadLetters = topics.deadLetterTopic(event)
    for (const { topic, headers } of outputs) {
      if (topic === deadLetters)
        this.#deadLetters.inc({ topic: event.topic, reason: String(headers?.['millrace-reason']) })
    }
  }
}
