import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClockDeclaration, formatClock, type StageOrder } from '@millrace/core'
import { freePorts, type StackAddresses } from '@millrace/platform/local-stack'
import { serviceMain } from '../packages.ts'
import type { ServiceSpec } from './service-process.ts'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

export interface FleetOptions extends SupervisorOptions {
  readonly addresses: StackAddresses
  readonly pipelineFile: string
  readonly clock: ClockDeclaration
  readonly order: StageOrder
  /** Feature builder processes. */
  readonly builders: number
  readonly logDir: string
}

/** All services of a pipeline, as processes of this machine. */
export class Fleet {
  readonly members: readonly ServiceSpec[]
  readonly #supervisors: readonly Supervisor[]

  private constructor(supervisors: readonly Supervisor[]) {
    this.#supervisors = supervisors
    this.members = supervisors.map(supervisor => supervisor.spec)
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    await mkdir(options.logDir, { recursive: true })
    const specs = await describeServices(options)
    await Promise.all(specs.map(spec => writeFile(spec.logFile, '')))
    return new Fleet(await Promise.all(specs.map(spec => Supervisor.start(spec, options))))
  }

  /** The port of the one process of a service. */
  portOf(service: string): number {
    return this.members.find(member => member.service === service)!.port
  }

  /** Ends the services in the order in which events flow, so that each can hand on what it has. */
  async stop(): Promise<void> {
    for (const supervisor of this.#supervisors) await supervisor.stop()
  }
}

async function describeServices(options: FleetOptions): Promise<ServiceSpec[]> {
  const names = processNames(options.builders)
  const ports = await freePorts(names.length)
  const env = serviceEnvironment(options)
  return names.map(({ name, service }, i) => ({
    name,
    service,
    main: serviceMain(service),
    env,
    port: ports[i]!,
    logFile: join(options.logDir, `${name}.log`),
  }))
}

/** In the order in which events flow. */
function processNames(builders: number): { readonly name: string; readonly service: string }[] {
  const builderNames = Array.from({ length: builders }, (_, i) =>
    builders === 1 ? 'feature-builder' : `feature-builder-${i + 1}`,
  )
  return [
    { name: 'ingestor', service: 'ingestor' },
    ...builderNames.map(name => ({ name, service: 'feature-builder' })),
    { name: 'scorer', service: 'scorer' },
    { name: 'drift-monitor', service: 'drift-monitor' },
  ]
}

/** A process of this machine that was killed is given up sooner than one that the network hides. */
const SESSION_TIMEOUT_MS = '10000'

function serviceEnvironment({ addresses, pipelineFile, clock, order }: FleetOptions): NodeJS.ProcessEnv {
  return {
    SESSION_TIMEOUT_MS,
    ...process.env,
    KAFKA_BROKERS: addresses.kafkaBrokers,
    REDIS_URL: addresses.redisUrl,
    SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    PIPELINE: pipelineFile,
    CLOCK: formatClock(clock),
    ORDER: order,
    ...forLiveView(process.env),
  }
}

/**
 * The live view reads the metrics of the services on this machine, without a key and without TLS, whatever others need
 * to call them. An empty variable counts as not set.
 */
function forLiveView({ ANONYMOUS_SCOPES }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const scopes = [ANONYMOUS_SCOPES, 'read-metrics'].filter(Boolean).join(',')
  return { ANONYMOUS_SCOPES: scopes, TLS_CERT_FILE: '', TLS_KEY_FILE: '', TLS_CLIENT_CA_FILE: '' }
}
