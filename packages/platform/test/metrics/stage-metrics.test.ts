import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import type { MetricsRegistry } from '../../src/metrics/registry.ts'
import { StageMetrics } from '../../src/metrics/stage-metrics.ts'

test('the states in memory are told as they are, their use is added up by stage', async () => {
  const registry: MetricsRegistry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const metrics = new StageMetrics(registry)
  const customer = metrics.observerOf('customer', 'shop.v1.customer')
  customer.cached({ states: 7, bytes: 3_000, hits: 90, misses: 10, evictions: 0 })
  customer.cached({ states: 5, bytes: 2_000, hits: 45, misses: 5, evictions: 2 })
  metrics
    .observerOf('terminal', 'shop.v1.terminal')
    .cached({ states: 1, bytes: 500, hits: 0, misses: 1, evictions: 0 })
  const text = await registry.metrics()
  const told = text.split('\n').filter(line => /^stage_cache_/.test(line))
  assert.deepStrictEqual(told, [
    'stage_cache_states{stage="customer"} 5',
    'stage_cache_states{stage="terminal"} 1',
    'stage_cache_bytes{stage="customer"} 2000',
    'stage_cache_bytes{stage="terminal"} 500',
    'stage_cache_hits_total{stage="customer"} 135',
    'stage_cache_hits_total{stage="terminal"} 0',
    'stage_cache_misses_total{stage="customer"} 15',
    'stage_cache_misses_total{stage="terminal"} 1',
    'stage_cache_evictions_total{stage="customer"} 2',
    'stage_cache_evictions_total{stage="terminal"} 0',
  ])
})
