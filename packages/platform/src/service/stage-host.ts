import type { Stage, StageOutput } from '@millrace/core'
import type { SharedConfig } from '../config/shared-config.ts'
import { type EncodeValue, Publisher } from '../kafka/publisher.ts'
import type { ServiceContext } from '../lifecycle/run-service.ts'
import { StageMetrics } from '../metrics/stage-metrics.ts'
import type { StageInput } from '../stage/stage-input.ts'
import type { StageObserver } from '../stage/stage-observer.ts'
import { StageRunner } from '../stage/stage-runner.ts'
import type { WatermarkSource } from '../stage/watermark-source.ts'
import type { Connections } from './connections.ts'

/** A stage as a service runs it. */
export interface HostedStage<V, S> {
  readonly stage: Stage<V, S>
  readonly inputs: readonly StageInput<V>[]
  /** Topics that it writes, and how their values are encoded. */
  readonly outputs: ReadonlyMap<string, EncodeValue>
  readonly siblings?: readonly WatermarkSource[]
  /** Sees every output before it is published. */
  readonly onOutputs?: (outputs: readonly StageOutput[]) => void
}

export interface StageHostOptions {
  readonly namespace: string
  readonly config: Pick<SharedConfig, 'ORDER' | 'SESSION_TIMEOUT_MS'>
  readonly context: Pick<ServiceContext, 'logger' | 'metrics' | 'health' | 'fail'>
  readonly connections: Connections
}

/** Runs the stages of one service, each with a producer of its own, and reports on them. */
export class StageHost {
  readonly #options: StageHostOptions
  readonly #metrics: StageMetrics
  readonly #stops: (() => Promise<void>)[] = []

  constructor(options: StageHostOptions) {
    this.#options = options
    this.#metrics = new StageMetrics(options.context.metrics)
  }

  /** Starts a stage. The service is ready when the stage has been given its part of the group. */
  async run<V, S>({ stage, inputs, outputs, siblings = [], onOutputs }: HostedStage<V, S>): Promise<void> {
    const { namespace, config, context, connections } = this.#options
    const { health, fail } = context
    const publisher = new Publisher(connections.kafka, await this.#published(outputs))
    const observer = this.#metrics.observerOf(stage.name, `${namespace}.${stage.name}`)
    health.ready(stage.name, false, 'joining its group')
    const runner = await StageRunner.start(
      {
        stage,
        inputs,
        namespace,
        siblings,
        order: config.ORDER,
        sessionTimeoutMs: config.SESSION_TIMEOUT_MS,
        fail,
        async publish(made) {
          onOutputs?.(made)
          await publisher.publish(made)
        },
        observer: reporting(stage.name, observer, context),
      },
      connections,
    )
    this.#stops.push(async () => {
      await runner.stop()
      await publisher.close()
    })
  }

  /** Finishes the work at hand of every stage. */
  async stop(): Promise<void> {
    await Promise.all(this.#stops.map(stop => stop()))
  }

  async #published(outputs: ReadonlyMap<string, EncodeValue>) {
    const counts = await this.#options.connections.topicReader.partitionCounts([...outputs.keys()])
    return new Map([...outputs].map(([topic, encode]) => [topic, { encode, partitions: counts.get(topic)! }]))
  }
}

/** Tells the log and `/readyz` what matters to an operator, and passes everything on. */
function reporting(
  stage: string,
  observer: StageObserver,
  { logger, health }: Pick<ServiceContext, 'logger' | 'health'>,
): StageObserver {
  return {
    ...observer,
    assigned(partitions) {
      logger.info({ stage, partitions }, 'partitions assigned')
      health.ready(stage, true)
      observer.assigned(partitions)
    },
    refused(partition) {
      logger.warn({ stage, partition }, 'another write came in between: the partition is loaded anew')
      observer.refused(partition)
    },
    retrying(error) {
      logger.warn({ err: error, stage }, 'a round failed and is tried again')
      health.ready(stage, false, 'its last round failed')
      observer.retrying(error)
    },
    recovered() {
      logger.info({ stage }, 'back at work')
      health.ready(stage, true)
      observer.recovered()
    },
  }
}
