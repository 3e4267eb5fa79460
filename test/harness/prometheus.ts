import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '@millrace/platform/local-stack'
import { parse, stringify } from 'yaml'
import type { Ending } from './deployment.ts'

export const PROMETHEUS_FOLDER = resolve(import.meta.dirname, '../../deploy/prometheus')

const READY_WITHIN_MS = 30_000

/** Why Prometheus cannot run here; undefined where it can. */
export function prometheusMissing(): string | undefined {
  try {
    for (const program of ['prometheus', 'promtool'])
      execFileSync(program, ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'prometheus and promtool are not on the path (Debian: apt-get install prometheus)'
  }
}

/** A process that Prometheus is to scrape. */
export interface ScrapeTarget {
  readonly service: string
  readonly url: string
}

/** One series of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** A rule as the server has it. */
export interface LoadedRule {
  readonly name: string
  readonly query: string
  readonly type: 'alerting' | 'recording'
  readonly health: string
  readonly lastError?: string
  readonly alerts?: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[]
}

/** A real Prometheus with the configuration and the rules of deploy/prometheus, on targets of this machine. */
export class PrometheusServer {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#child = child
  }

  /** Starts it; it ends, with all that it has stored, with the test. */
  static async start(
    t: Ending,
    targets: readonly ScrapeTarget[],
    everySeconds: number,
  ): Promise<PrometheusServer> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-prometheus-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const [port] = await freePorts(1)
    const address = `127.0.0.1:${port}`
    await cp(join(PROMETHEUS_FOLDER, 'rules'), join(folder, 'rules'), { recursive: true })
    const file = join(folder, 'prometheus.yml')
    await writeFile(file, await configFor(targets, address, everySeconds))
    const args = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
    ]
    const child = spawn('prometheus', [...args, '--log.level=warn'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const server = new PrometheusServer(`http://${address}`, child)
    t.after(() => server.#stop())
    await server.#ready()
    return server
  }

  /** The series that an instant query answers now. Throws with the server's words where it is no query. */
  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = await this.#get<{ result: readonly Sample[] }>('query', { query: expr })
    return result
  }

  /** The series of a selector over the last steps, one value a step. */
  async range(selector: string, steps: number, stepSeconds: number) {
    const end = Math.floor(Date.now() / 1_000)
    const start = end - (steps - 1) * stepSeconds
    const { result } = await this.#get<{
      result: readonly { metric: Sample['metric']; values: readonly Sample['value'][] }[]
    }>('query_range', { query: selector, start: `${start}`, end: `${end}`, step: `${stepSeconds}` })
    return { from: start, series: result }
  }

  async rules(): Promise<readonly LoadedRule[]> {
    const { groups } = await this.#get<{ groups: readonly { rules: readonly LoadedRule[] }[] }>('rules', {})
    return groups.flatMap(({ rules }) => rules)
  }

  /** How its targets answer: `up`, or what the last scrape failed of. */
  async targets(): Promise<readonly { readonly health: string; readonly lastError: string }[]> {
    const { activeTargets } = await this.#get<{
      activeTargets: readonly { health: string; lastError: string }[]
    }>('targets', { state: 'active' })
    return activeTargets
  }

  async #get<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const answer = (await response.json()) as { status: string; error?: string; data: T }
    if (answer.status !== 'success') throw new Error(answer.error)
    return answer.data
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS
    while (Date.now() < deadline && this.#child.exitCode === null) {
      const response = await fetch(`${this.url}/-/ready`).catch(() => undefined)
      if (response?.ok === true) return
      await delay(100)
    }
    throw new Error('Prometheus has not become ready')
  }

  async #stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }
}

/** prometheus.yml as it is shipped, but for where the targets are and how often it looks. */
async function configFor(
  targets: readonly ScrapeTarget[],
  address: string,
  everySeconds: number,
): Promise<string> {
  const config = parse(await readFile(join(PROMETHEUS_FOLDER, 'prometheus.yml'), 'utf8'))
  const every = `${everySeconds}s`
  Object.assign(config.global, { scrape_interval: every, scrape_timeout: every, evaluation_interval: every })
  const [services, itself] = config.scrape_configs
  delete services.dns_sd_configs
  services.static_configs = targets.map(({ service, url }) => ({
    targets: [new URL(url).host],
    labels: { __meta_dns_name: service },
  }))
  itself.static_configs = [{ targets: [address] }]
  return stringify(config)
}
