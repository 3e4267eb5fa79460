import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceProcess } from './service-process.ts'

export interface VigilOptions {
  readonly services: readonly ServiceProcess[]
  /**
   * How the reason in `/readyz` begins that every service is to give. `none`: all are ready when the part comes back,
   * as if nothing were missing; `any`: whatever they say.
   */
  readonly reason: RegExp | 'none' | 'any'
  /** Takes the part away and answers when it is gone. */
  readonly begin: () => Promise<void>
  /** Brings the part back and answers when it is there. */
  readonly end: () => Promise<void>
  readonly lastsMs: number
  /** What else happens while the part is away. */
  readonly meanwhile?: () => Promise<void>
}

/** A process that does nothing but try again stays far below; one that spins is at 1. */
const MOST_CPU_SHARE = 0.4
/** Lines for a stage at the beginning and at the end, for a handful of stages. */
const MOST_LOG_LINES = 40
const NOTICE_WITHIN_MS = 60_000
const POLL_MS = 200

/**
 * Takes a part away for a while and watches the services meanwhile: they live, say in `/readyz` what is missing, do
 * not spin, do not fill their logs, and are ready again afterwards.
 */
export async function keepVigil(t: TestContext, options: VigilOptions): Promise<void> {
  const { services, reason, lastsMs } = options
  const before = await Promise.all(services.map(observe))
  await options.begin()
  const away = delay(lastsMs)
  await options.meanwhile?.()
  if (reason instanceof RegExp) {
    await untilAll(services, async service => (await reasonsOf(service)).some(words => reason.test(words)))
    t.diagnostic(`readyz: ${(await Promise.all(services.map(reasonsOf))).flat().join('; ')}`)
  }
  await away
  if (reason === 'none') assert.deepEqual((await Promise.all(services.map(reasonsOf))).flat(), [])
  const after = await Promise.all(services.map(observe))
  await options.end()
  for (const [i, service] of services.entries()) {
    assert.ok(service.running, `${service.name} ended:\n${await service.logTail()}`)
    const share = (after[i]!.cpu - before[i]!.cpu) / ((after[i]!.at - before[i]!.at) / 1_000)
    const lines = after[i]!.lines - before[i]!.lines
    t.diagnostic(`${service.name}: ${(100 * share).toFixed(1)} % of a core, ${lines} log lines`)
    assert.ok(share < MOST_CPU_SHARE, `${service.name} spins: ${share} of a core`)
    assert.ok(lines <= MOST_LOG_LINES, `${service.name} wrote ${lines} log lines`)
  }
  const endedAt = performance.now()
  await untilAll(services, async service => (await reasonsOf(service)).length === 0)
  t.diagnostic(`ready again after ${((performance.now() - endedAt) / 1_000).toFixed(1)} s`)
}

/** CPU seconds of a service, lines of its log, and when. */
async function observe(
  service: ServiceProcess,
): Promise<{ readonly cpu: number; readonly lines: number; readonly at: number }> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  const cpu = Number(/^process_cpu_seconds_total\S* (\S+)/m.exec(metrics)![1])
  const log = await readFile(service.logFile, 'utf8')
  return { cpu, lines: log.split('\n').length, at: performance.now() }
}

interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly string[]
  readonly degraded: readonly string[]
}

/** What a service answers at `/readyz`. */
export async function readiness(service: ServiceProcess): Promise<Readiness> {
  return (await (await fetch(`${service.url}/readyz`)).json()) as Readiness
}

/** What a service lacks, whether it does without it or not. */
async function reasonsOf(service: ServiceProcess): Promise<readonly string[]> {
  const { reasons, degraded } = await readiness(service)
  return [...reasons, ...degraded]
}

async function untilAll(
  services: readonly ServiceProcess[],
  holds: (service: ServiceProcess) => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + NOTICE_WITHIN_MS
  for (const service of services) {
    while (!(await holds(service).catch(() => false))) {
      assert.ok(service.running, `${service.name} ended:\n${await service.logTail()}`)
      assert.ok(performance.now() < deadline, `${service.name} waits:\n${await service.logTail()}`)
      await delay(POLL_MS)
    }
  }
}
