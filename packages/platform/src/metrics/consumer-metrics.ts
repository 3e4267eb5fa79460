import type { InputPosition, StageObserver } from '../stage/stage-observer.ts'
import { CONSUMER_METRICS } from './catalogue/consumer.ts'
import { type Registered, registerMetrics, startAtZero } from './register-metrics.ts'
import type { MetricsRegistry } from './registry.ts'

export interface ConsumerOptions {
  readonly group: string
  /** Topic of each input, in their order. */
  readonly topics: readonly string[]
}

type ConsumerObserver = Pick<StageObserver, 'received' | 'stands' | 'committed' | 'rebalanced' | 'assigned'>

/** Metrics of the consumer groups of one service. */
export class ConsumerMetrics {
  readonly #metrics: Registered<typeof CONSUMER_METRICS>

  constructor(registry: MetricsRegistry) {
    this.#metrics = registerMetrics(registry, CONSUMER_METRICS)
  }

  observerOf({ group, topics }: ConsumerOptions): ConsumerObserver {
    const metrics = this.#metrics
    startAtZero(metrics, CONSUMER_METRICS, { group: [group] })
    const rebalance = metrics.rebalance.of({ group })
    let held: readonly number[] = []
    return {
      received: (input, partition, messages) =>
        metrics.records.inc({ group, topic: topics[input]!, partition }, messages),
      stands: ({ topic, partition, lag, isPaused }) => {
        metrics.lag.set({ group, topic, partition }, lag)
        metrics.paused.set({ group, topic, partition }, isPaused ? 1 : 0)
      },
      committed: positions =>
        this.#committed(
          group,
          positions.filter(({ partition }) => held.includes(partition)),
        ),
      rebalanced(seconds) {
        metrics.rebalances.inc({ group })
        rebalance.observe(seconds)
      },
      assigned: partitions => {
        const known = { group: [group], topic: topics, partition: partitions.map(String) }
        startAtZero(metrics, CONSUMER_METRICS, known)
        const gone = held.filter(partition => !partitions.includes(partition))
        this.#letGo(group, topics, gone)
        held = partitions
      },
    }
  }

  #committed(group: string, positions: readonly InputPosition[]): void {
    for (const { topic, partition, offset } of positions) {
      this.#metrics.committed.set({ group, topic, partition }, offset)
      this.#metrics.lastCommit.set({ group, topic, partition }, Date.now() / 1_000)
    }
  }

  /** What another process tells of from now on. */
  #letGo(group: string, topics: readonly string[], partitions: readonly number[]): void {
    const { lag, committed, lastCommit, paused } = this.#metrics
    for (const topic of topics)
      for (const partition of partitions)
        for (const gauge of [lag, committed, lastCommit, paused]) gauge.remove({ group, topic, partition })
  }
}
