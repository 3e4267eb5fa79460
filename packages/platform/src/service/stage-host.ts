import type { Stage } from '@millrace/core'
import type { SharedConfig } from '../config/shared-config.ts'
import { KafkaCluster } from '../kafka/cluster.ts'
import { type EncodeValue, Publisher } from '../kafka/publisher.ts'
import type { ServiceContext } from '../lifecycle/run-service.ts'
import type { StageMetrics } from '../metrics/stage-metrics.ts'
import type { StoreMetrics } from '../metrics/store-metrics.ts'
import type { StageInput } from '../stage/stage-input.ts'
import type { HandledFacts } from '../stage/stage-observer.ts'
import { StageRunner } from '../stage/stage-runner.ts'
import type { WatermarkSource } from '../stage/watermark-source.ts'
import type { Connections } from './connections.ts'
import { settleAll } from './settle-all.ts'
import { StageReporter } from './stage-reporter.ts'
import { type OnOutputs, ToldOutbox } from './told-outbox.ts'

/** A stage as a service runs it. */
export interface HostedStage<V, S> {
  readonly stage: Stage<V, S>
  readonly inputs: readonly StageInput<V>[]
  /** Topics that it writes, and how their values are encoded. */
  readonly outputs: ReadonlyMap<string, EncodeValue>
  readonly siblings?: readonly WatermarkSource[]
  readonly servedAtFirst?: number
  /** Records what its states belong to, unless the store has that: at the start, and when the store may have lost it. */
  readonly record?: () => Promise<unknown>
  readonly onOutputs?: OnOutputs
  /** Told what every write has stored. */
  readonly onHandled?: (facts: HandledFacts) => void
}

export interface StageHostOptions {
  readonly namespace: string
  readonly config: Pick<SharedConfig, 'ORDER' | 'SESSION_TIMEOUT_MS' | 'STATE_CACHE_BYTES'>
  readonly context: Pick<ServiceContext, 'logger' | 'health' | 'fail'>
  readonly connections: Connections
  readonly metrics: StageMetrics
  readonly storeMetrics: StoreMetrics
}

/** Runs the stages of one service, each with a producer of its own, and reports on them. */
export class StageHost {
  readonly #options: StageHostOptions
  readonly #runners = new Map<string, Pick<StageRunner<unknown, unknown>, 'stop'>>()
  readonly #releases: (() => Promise<void>)[] = []

  constructor(options: StageHostOptions) {
    this.#options = options
  }

  /** Starts a stage. The service is ready when the stage has been given its part of the group. */
  async run<V, S>(hosted: HostedStage<V, S>): Promise<void> {
    const { stage, inputs, outputs, siblings = [], servedAtFirst, record, onOutputs, onHandled } = hosted
    const { namespace, config, context, connections, metrics, storeMetrics } = this.#options
    const publisher = new Publisher(() => new KafkaCluster(connections.kafka), await this.#published(outputs))
    await publisher.connect()
    const observer = metrics.observerOf({
      stage: stage.name,
      group: `${namespace}.${stage.name}`,
      topics: inputs.map(({ topic }) => topic),
    })
    const reporter = new StageReporter(stage.name, observer, context)
    this.#releases.push(async () => {
      reporter.stop()
      await publisher.close()
    })
    const runner = await StageRunner.start(
      {
        stage,
        inputs,
        namespace,
        siblings,
        servedAtFirst,
        record,
        order: config.ORDER,
        sessionTimeoutMs: config.SESSION_TIMEOUT_MS,
        cachedBytes: config.STATE_CACHE_BYTES,
        measured: storeMetrics,
        fail: context.fail,
        outbox: onOutputs === undefined ? publisher : new ToldOutbox(publisher, onOutputs),
        observer: {
          ...reporter.observer,
          handled(facts) {
            reporter.observer.handled(facts)
            onHandled?.(facts)
          },
        },
      },
      connections,
    )
    this.#runners.set(stage.name, runner)
  }

  /** Finishes the work at hand of every stage, then lets go of what each of them holds. Throws STOP_INCOMPLETE. */
  async stop(): Promise<void> {
    const stops = [...this.#runners].map(async ([name, runner]) => {
      await runner.stop()
      this.#runners.delete(name)
    })
    const stopped = settleAll(stops)
    await stopped.catch(() => {})
    await Promise.all(this.#releases.map(release => release()))
    await stopped
  }

  /** The stages that have not stopped. */
  get running(): readonly string[] {
    return [...this.#runners.keys()]
  }

  async #published(outputs: ReadonlyMap<string, EncodeValue>) {
    const counts = await this.#options.connections.topicReader.partitionCounts([...outputs.keys()])
    return new Map([...outputs].map(([topic, encode]) => [topic, { encode, partitions: counts.get(topic)! }]))
  }
}
