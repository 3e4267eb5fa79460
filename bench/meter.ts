import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ServiceProcess } from '../test/harness/service-process.ts'
import { readService } from './reading.ts'
import { machineCpuSeconds, report } from './report.ts'

const SAMPLE_INTERVAL_MS = 500

/** What services used between two moments. */
export interface Usage {
  readonly seconds: number
  /** Of all processors of the machine, whoever used them. */
  readonly machineCpuSeconds: number
  readonly services: readonly ServiceUsage[]
  /** The highest sum of the services' resident memory at one moment (bytes). */
  readonly peakMemory: number
}

export interface ServiceUsage {
  readonly name: string
  readonly cpuSeconds: number
  /** Highest resident memory (bytes). */
  readonly peakMemory: number
}

/** Measures what running services use from its start on. */
export class Meter {
  readonly #services: readonly ServiceProcess[]
  readonly #cpuBefore: readonly number[]
  readonly #machineBefore = machineCpuSeconds()
  readonly #startedAt = performance.now()
  readonly #peaks = new Map<number, number>()
  readonly #sampling: NodeJS.Timeout
  #peakSum = 0

  private constructor(services: readonly ServiceProcess[], cpuBefore: readonly number[]) {
    this.#services = services
    this.#cpuBefore = cpuBefore
    this.#sampling = setInterval(() => void this.#sample(), SAMPLE_INTERVAL_MS)
  }

  static async start(services: readonly ServiceProcess[]): Promise<Meter> {
    return new Meter(services, await cpuSecondsOf(services))
  }

  async stop(): Promise<Usage> {
    const seconds = (performance.now() - this.#startedAt) / 1_000
    const machine = machineCpuSeconds() - this.#machineBefore
    clearInterval(this.#sampling)
    await this.#sample()
    const cpuAfter = await cpuSecondsOf(this.#services)
    const services = this.#services.map(({ name, pid }, i) => ({
      name,
      cpuSeconds: cpuAfter[i]! - this.#cpuBefore[i]!,
      peakMemory: this.#peaks.get(pid) ?? 0,
    }))
    return { seconds, machineCpuSeconds: machine, services, peakMemory: this.#peakSum }
  }

  async #sample(): Promise<void> {
    const memory = await readMemory(this.#services.map(({ pid }) => pid))
    for (const [pid, bytes] of memory) this.#peaks.set(pid, Math.max(bytes, this.#peaks.get(pid) ?? 0))
    this.#peakSum = Math.max(this.#peakSum, sum([...memory.values()]))
  }
}

/** Prints CPU per event and memory of each service. */
export function reportServices(bench: string, { services }: Usage, events: number): void {
  for (const { name, cpuSeconds, peakMemory } of services) {
    report(bench, `${name}.cpu`, (cpuSeconds / events) * 1e6, 'us/event')
    report(bench, `${name}.memory`, peakMemory / 1e6, 'MB')
  }
}

/** Prints CPU per event and memory of all services together, and the CPU of the machine. */
export function reportTotals(bench: string, usage: Usage, events: number): void {
  const cpuSeconds = sum(usage.services.map(service => service.cpuSeconds))
  report(bench, 'services.cpu', (cpuSeconds / events) * 1e6, 'us/event')
  report(bench, 'services.memory', usage.peakMemory / 1e6, 'MB')
  report(bench, 'machine.cpu', (usage.machineCpuSeconds / events) * 1e6, 'us/event')
}

async function cpuSecondsOf(services: readonly ServiceProcess[]): Promise<readonly number[]> {
  const readings = await Promise.all(services.map(readService))
  return readings.map(({ cpuSeconds }) => cpuSeconds)
}

/** Resident memory by process (bytes). Asks the system, since a service would have to write all its metrics. */
async function readMemory(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,rss=', '-p', pids.join(',')])
  const rows = stdout
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
  return new Map(rows.map(([pid, kilobytes]) => [pid!, kilobytes! * 1_024]))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
