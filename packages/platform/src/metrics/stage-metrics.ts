import { Counter, Gauge, Histogram } from 'prom-client'
import type { StageObserver } from '../stage/stage-observer.ts'
import type { MetricsRegistry } from './registry.ts'
import { StateCacheMetrics } from './state-cache-metrics.ts'

const PHASE_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
]

/** Metrics of all stages of one service. */
export class StageMetrics {
  readonly #records: Counter
  readonly #repeats: Counter
  readonly #refused: Counter
  readonly #rebuilds: Counter
  readonly #epochs: Counter
  readonly #missing: Gauge
  readonly #retries: Counter
  readonly #lag: Gauge
  readonly #partitions: Gauge
  readonly #newest: Gauge
  readonly #phases: Histogram
  readonly #cache: StateCacheMetrics

  constructor(registry: MetricsRegistry) {
    const registers = [registry]
    this.#records = new Counter({
      name: 'stage_records_total',
      help: 'Records handled, and written with their states.',
      labelNames: ['stage', 'partition'],
      registers,
    })
    this.#repeats = new Counter({
      name: 'stage_repeats_skipped_total',
      help: 'Repeated records of an upstream crash that were skipped.',
      labelNames: ['stage'],
      registers,
    })
    this.#refused = new Counter({
      name: 'stage_writes_refused_total',
      help: 'Reads and writes refused because another write came in between.',
      labelNames: ['stage', 'partition'],
      registers,
    })
    this.#rebuilds = new Counter({
      name: 'stage_rebuilds_total',
      help: 'Partitions whose states were gone and are rebuilt from the topics.',
      labelNames: ['stage', 'partition'],
      registers,
    })
    this.#epochs = new Counter({
      name: 'stage_topics_recreated_total',
      help: 'Partitions that are handled from the start since their topic was deleted and made anew.',
      labelNames: ['stage', 'topic', 'partition'],
      registers,
    })
    this.#missing = new Gauge({
      name: 'stage_topics_missing',
      help: 'Topics of the stage that Kafka does not have.',
      labelNames: ['stage'],
      registers,
    })
    this.#retries = new Counter({
      name: 'stage_retries_total',
      help: 'Rounds that failed and were tried again.',
      labelNames: ['stage', 'code'],
      registers,
    })
    this.#lag = new Gauge({
      name: 'kafka_consumer_lag_records',
      help: 'Records between the last one handled and the end of the partition.',
      labelNames: ['group', 'topic', 'partition'],
      registers,
    })
    this.#partitions = new Gauge({
      name: 'stage_partitions',
      help: 'Partitions that this process holds.',
      labelNames: ['stage'],
      registers,
    })
    this.#newest = new Gauge({
      name: 'watermark_timestamp_seconds',
      help: 'Event time of the newest record handled.',
      labelNames: ['stage', 'partition'],
      registers,
    })
    this.#cache = new StateCacheMetrics(registers)
    this.#phases = new Histogram({
      name: 'stage_phase_duration_seconds',
      help: 'Time that a round spent in a phase.',
      labelNames: ['stage', 'phase'],
      buckets: PHASE_BUCKETS,
      registers,
    })
  }

  /** The observer of one stage. */
  observerOf(stage: string, group: string): StageObserver {
    return {
      handled: ({ partition, records, newestEventTime }) => {
        this.#records.inc({ stage, partition }, records)
        if (Number.isFinite(newestEventTime)) this.#newest.set({ stage, partition }, newestEventTime / 1_000)
      },
      repeatsSkipped: count => this.#repeats.inc({ stage }, count),
      phase: (phase, seconds) => this.#phases.observe({ stage, phase }, seconds),
      cached: use => this.#cache.tell(stage, use),
      refused: partition => this.#refused.inc({ stage, partition }),
      assigned: partitions => this.#partitions.set({ stage }, partitions.length),
      lag: (topic, partition, records) => this.#lag.set({ group, topic, partition }, records),
      retrying: error => this.#retries.inc({ stage, code: (error as { code?: string }).code ?? 'UNKNOWN' }),
      recovered() {},
      heard() {},
      fetched() {},
      newEpoch: (topic, partition) => this.#epochs.inc({ stage, topic, partition }),
      topicsMissing: topics => this.#missing.set({ stage }, topics.length),
      rebuilding: partition => this.#rebuilds.inc({ stage, partition }),
    }
  }
}
