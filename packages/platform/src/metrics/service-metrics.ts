import { totalmem } from 'node:os'
import { type ClockDeclaration, createClock, type Pipeline } from '@millrace/core'
import type { Health } from '../lifecycle/health.ts'
import { PIPELINE_METRICS, SERVICE_METRICS } from './catalogue/service.ts'
import { onCollect, registerMetrics } from './register-metrics.ts'
import type { MetricsRegistry } from './registry.ts'

/** From now on tells whether the service is ready, and what memory it may have. */
export function showService(registry: MetricsRegistry, health: Pick<Health, 'state'>): void {
  const { ready, memoryLimit } = registerMetrics(registry, SERVICE_METRICS)
  memoryLimit.set(memoryOfProcess())
  onCollect(ready, () => ready.set(health.state().ready ? 1 : 0))
}

/** From now on tells which pipeline the service works for, and what its declared clock shows. */
export function showPipeline(
  registry: MetricsRegistry,
  { name, version }: Pick<Pipeline, 'name' | 'version'>,
  declared: ClockDeclaration,
): void {
  const { info, clock } = registerMetrics(registry, PIPELINE_METRICS)
  const now = createClock(declared, Date)
  info.set({ pipeline: name, version: String(version) }, 1)
  onCollect(clock, () => clock.set(now.now() / 1_000))
}

/** Bytes: what the container may have, or the machine where there is no limit. */
function memoryOfProcess(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
