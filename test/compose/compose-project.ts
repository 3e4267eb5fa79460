import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '@millrace/platform/local-stack'
import { docker, run } from './docker.ts'

export interface ProjectOptions {
  /** How Compose is called. */
  readonly compose: readonly string[]
  /** The tag of the image `millrace`. */
  readonly version: string
  /** Further variables of docker-compose.yml. */
  readonly env: Readonly<Record<string, string>>
}

export interface Container {
  readonly service: string
  readonly name: string
  /** `healthy`, `starting`, `unhealthy`; `none` where nothing says so. */
  readonly health: string
  readonly running: boolean
}

const POLL_MS = 250

/** A project of docker-compose.yml with names and ports of its own, so that it disturbs no other. */
export class ComposeProject {
  readonly #options: ProjectOptions
  readonly #name = `millrace-${randomUUID().slice(0, 8)}`
  readonly #env: NodeJS.ProcessEnv
  readonly kafkaBrokers: string
  readonly prometheusUrl: string

  private constructor(options: ProjectOptions, ports: readonly number[]) {
    const [kafka, redis, registry, prometheus, grafana] = ports
    this.#options = options
    this.kafkaBrokers = `127.0.0.1:${kafka}`
    this.prometheusUrl = `http://127.0.0.1:${prometheus}`
    this.#env = {
      COMPOSE_PROJECT_NAME: this.#name,
      MILLRACE_VERSION: options.version,
      KAFKA_PORT: String(kafka),
      REDIS_PORT: String(redis),
      REGISTRY_PORT: String(registry),
      PROMETHEUS_PORT: String(prometheus),
      GRAFANA_PORT: String(grafana),
      // The engine chooses among these.
      SCORER_PORTS: '20000-29999',
      SCORER_GRPC_PORTS: '30000-39999',
      ...options.env,
    }
  }

  static async open(options: ProjectOptions): Promise<ComposeProject> {
    return new ComposeProject(options, await freePorts(5))
  }

  /** Starts what is not running, and resolves when Compose has done so in its order. */
  async up(...args: readonly string[]): Promise<void> {
    await this.#compose('up', '--detach', ...args)
  }

  /** Removes the containers; the volumes stay. */
  async down(...args: readonly string[]): Promise<void> {
    await this.#compose('down', ...args)
  }

  async stop(service: string): Promise<void> {
    await this.#compose('stop', service)
  }

  async containers(): Promise<readonly Container[]> {
    const ids = await docker(
      'ps',
      '--all',
      '--quiet',
      '--filter',
      `label=com.docker.compose.project=${this.#name}`,
    )
    if (ids === '') return []
    const states = JSON.parse(await docker('inspect', ...ids.split('\n'))) as readonly InspectedContainer[]
    return states.map(({ Name, State, Config }) => ({
      service: Config.Labels['com.docker.compose.service']!,
      name: Name.slice(1),
      health: State.Health?.Status ?? 'none',
      running: State.Running,
    }))
  }

  /** Resolves when every container that runs says that it is healthy. */
  async healthy(): Promise<void> {
    for (;;) {
      const running = (await this.containers()).filter(container => container.running)
      if (running.every(({ health }) => health === 'healthy' || health === 'none')) return
      await delay(POLL_MS)
    }
  }

  /** The address of a port of one of a service's containers, as this machine reaches it. */
  async address(service: string, port: number): Promise<string> {
    const container = (await this.containers()).find(candidate => candidate.service === service)!
    return docker('port', container.name, String(port))
  }

  /** The end of the log of each container of ours, for the report of a failure. */
  async logTails(lines = 15): Promise<string> {
    const tails = (await this.containers()).map(
      async ({ name }) => `${name}:\n${await run(['docker', 'logs', '--tail', String(lines), name], {})}`,
    )
    return (await Promise.all(tails)).join('\n')
  }

  #compose(...args: readonly string[]): Promise<string> {
    return run([...this.#options.compose, ...args], this.#env)
  }
}

/** The part of `docker inspect` that is looked at. */
interface InspectedContainer {
  readonly Name: string
  readonly State: { readonly Running: boolean; readonly Health?: { readonly Status: string } }
  readonly Config: { readonly Labels: Readonly<Record<string, string>> }
}
