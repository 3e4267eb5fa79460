import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import cardFraud from '@millrace/card-fraud'
import {
  decodeCheckpoint,
  formatClock,
  offsetOf,
  type Pipeline,
  type StageOrder,
  topics,
} from '@millrace/core'
import {
  checkpointKey,
  connectRedis,
  createKafka,
  type RedisClient,
  SchemaDirectory,
} from '@millrace/platform'
import { deployPipeline } from '@millrace/platform/deploy'
import type { LocalStack } from '@millrace/platform/local-stack'
import type { Admin, Kafka } from 'kafkajs'
import { openStack } from './open-stack.ts'
import { type CommandResult, runMillrace } from './run-millrace.ts'
import { type ServiceName, ServiceProcess } from './service-process.ts'

/** What tells when the deployment is no longer needed: a test, as a rule. */
export interface Ending {
  after(end: () => Promise<void>): void
}

export interface DeploymentOptions {
  readonly order: StageOrder
  readonly sessionTimeoutMs?: number
  readonly partitions?: { readonly raw: number; readonly stage: number }
  /** Default card fraud. */
  readonly pipeline?: { readonly declared: Pipeline; readonly file: string }
  /** What services and commands find in their environment besides. */
  readonly env?: Readonly<Record<string, string>>
}

/** The event time at which the clock of the tests stands. */
export const TEST_NOW = Date.UTC(2026, 5, 1)

export const PIPELINE_FILE = resolve(import.meta.dirname, '../../pipelines/card-fraud/pipeline.ts')

/** A pipeline on a local stack of its own. Everything ends with the test. */
export class Deployment {
  readonly stack: LocalStack
  readonly kafka: Kafka
  readonly admin: Admin
  readonly redis: RedisClient
  readonly directory: SchemaDirectory
  readonly pipeline: Pipeline
  readonly services: ServiceProcess[] = []
  readonly rawPartitions: number
  readonly stagePartitions: number
  readonly #folder: string
  readonly #order: StageOrder
  readonly #env: NodeJS.ProcessEnv
  readonly #versions: Deployment[] = []

  private constructor(stack: LocalStack, folder: string, options: DeploymentOptions) {
    const { kafkaBrokers, redisUrl, schemaRegistryUrl } = stack.addresses
    this.stack = stack
    this.#folder = folder
    this.#order = options.order
    const { declared, file } = options.pipeline ?? { declared: cardFraud, file: PIPELINE_FILE }
    this.pipeline = declared
    const { raw, stage } = options.partitions ?? { raw: 3, stage: 4 }
    this.rawPartitions = raw
    this.stagePartitions = stage
    const log = { debug() {}, warn() {} }
    this.kafka = createKafka({ brokers: kafkaBrokers.split(','), clientId: 'test', log })
    this.admin = this.kafka.admin()
    this.redis = connectRedis(redisUrl)
    this.directory = new SchemaDirectory(schemaRegistryUrl)
    this.#env = {
      KAFKA_BROKERS: kafkaBrokers,
      REDIS_URL: redisUrl,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      PIPELINE: file,
      ORDER: options.order,
      SESSION_TIMEOUT_MS: String(options.sessionTimeoutMs ?? 6_000),
      CLOCK: formatClock({ kind: 'scaled', start: TEST_NOW, speed: 1, anchor: Date.now() }),
      ...options.env,
    }
  }

  /** Starts the stack and deploys the pipeline; no service runs yet. */
  static async start(t: Ending, options: DeploymentOptions): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
    const stack = await openStack()
    const deployment = new Deployment(stack, folder, options)
    t.after(() => deployment.#end())
    await deployment.admin.connect()
    await deployment.deploy()
    return deployment
  }

  /** Deploys another version of the pipeline beside this one, on the same stack; it ends with this one. */
  async deployVersion(
    pipeline: DeploymentOptions['pipeline'] & object,
    stagePartitions = this.stagePartitions,
  ): Promise<Deployment> {
    const partitions = { raw: this.rawPartitions, stage: stagePartitions }
    const version = new Deployment(this.stack, this.#folder, { order: this.#order, partitions, pipeline })
    this.#versions.push(version)
    await version.admin.connect()
    await version.deploy()
    return version
  }

  /** Runs a command of the CLI on this pipeline, as a process of its own. */
  millrace(...args: readonly string[]): Promise<CommandResult> {
    return runMillrace(args, this.#env)
  }

  /** What a command prints that is to succeed. */
  async printed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.millrace(...args)
    assert.equal(code, 0, stderr)
    return stdout
  }

  /** Creates the topics that are missing and registers the schemas, as `millrace deploy` does. */
  async deploy(): Promise<void> {
    const { admin, directory, pipeline, rawPartitions: raw, stagePartitions: stage } = this
    await deployPipeline({ admin, directory, pipeline, partitions: { raw, stage } })
  }

  /** Starts instances of services and waits until they are ready. */
  async run(...names: readonly ServiceName[]): Promise<readonly ServiceProcess[]> {
    const started = await this.launch(...names)
    return Promise.all(started.map(service => service.ready()))
  }

  /** Starts instances of services, and waits for none. */
  async launch(...names: readonly ServiceName[]): Promise<readonly ServiceProcess[]> {
    const started = await Promise.all(names.map(name => ServiceProcess.start(name, this.#env, this.#folder)))
    this.services.push(...started)
    return started
  }

  /** Stops all services, and starts them again after `work`. */
  async paused(work: () => Promise<void>): Promise<void> {
    await Promise.all(this.services.map(service => service.stop()))
    await work()
    for (const service of this.services) service.restart()
    await Promise.all(this.services.map(service => service.ready()))
  }

  /** The stages that a service runs. */
  stagesOf(service: ServiceName): readonly string[] {
    if (service === 'ingestor') return this.pipeline.events.map(topics.ingestStage)
    if (service === 'feature-builder') return this.pipeline.views.map(view => view.name)
    return [service === 'scorer' ? topics.SCORE_STAGE : topics.DRIFT_STAGE]
  }

  /** The stages from the raw topics to the predictions, in the order in which an event meets them. */
  get stages(): readonly string[] {
    return (['ingestor', 'feature-builder', 'scorer'] as const).flatMap(name => this.stagesOf(name))
  }

  /** Resolves when every stage has handled everything: under strict order its watermarks have reached the end. */
  async settled(): Promise<void> {
    for (;;) {
      const keys = this.pipeline.views.flatMap(view =>
        Array.from({ length: this.stagePartitions }, (_, p) =>
          checkpointKey(this.pipeline.namespace, view.name, p),
        ),
      )
      const watermarks = await Promise.all(keys.map(key => this.redis.hget(key, 'watermark')))
      if (watermarks.every(watermark => watermark === 'Infinity')) return
      await delay(50)
    }
  }

  /**
   * Resolves when the stages, one after the other, have handled everything that stands in their topics.
   * @param stages default: those of the ingestor, and then each view
   */
  async drained(
    stages: readonly string[] = [...this.stagesOf('ingestor'), ...this.stagesOf('feature-builder')],
  ): Promise<void> {
    for (const stage of stages) {
      while (!(await this.#isDrained(stage))) await delay(50)
    }
  }

  async #isDrained(stage: string): Promise<boolean> {
    for (const [input, topic] of topics.topicsOfStage(this.pipeline, stage).entries()) {
      for (const { partition, high } of await this.admin.fetchTopicOffsets(topic)) {
        const body = await this.redis.hget(checkpointKey(this.pipeline.namespace, stage, partition), 'body')
        const position = body === null ? 0 : decodeCheckpoint(body, 0).positions[input]!
        if (offsetOf(position) !== Number(high)) return false
      }
    }
    return true
  }

  async #end(): Promise<void> {
    for (const deployment of [...this.#versions, this]) await deployment.#close()
    await this.stack.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #close(): Promise<void> {
    await Promise.all(this.services.map(service => service.kill()))
    await this.admin.disconnect()
    this.redis.disconnect()
  }
}
