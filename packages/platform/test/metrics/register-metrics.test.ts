import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { counter, gauge, histogram } from '../../src/metrics/declaration.ts'
import { exposeMetrics } from '../../src/metrics/exposition.ts'
import { onCollect, registerMetrics, startAtZero } from '../../src/metrics/register-metrics.ts'
import type { MetricsRegistry } from '../../src/metrics/registry.ts'

const GROUP = {
  lost: counter('lost_total', 'Lost.'),
  refused: counter('refused_total', 'Refused.', { reason: ['late', 'broken'] }),
  read: counter('read_total', 'Read.', { topic: 'a topic', kind: ['text', 'bytes'] }),
  open: gauge('open', 'Open.', { part: ['kafka'] }),
  took: histogram('took_seconds', 'Took.', { topic: 'a topic' }, [1]),
}

function emptyRegistry(): MetricsRegistry {
  const registry: MetricsRegistry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return registry
}

async function samples(registry: MetricsRegistry): Promise<string[]> {
  const { body } = await exposeMetrics(registry)
  return body.split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

test('counters whose labels are known are there at 0, gauges are not', async () => {
  const registry = emptyRegistry()
  registerMetrics(registry, GROUP)
  assert.deepStrictEqual(await samples(registry), [
    'lost_total 0',
    'refused_total{reason="late"} 0',
    'refused_total{reason="broken"} 0',
  ])
})

test('open labels are known when their values are given, and what was counted stays', async () => {
  const registry = emptyRegistry()
  const metrics = registerMetrics(registry, GROUP)
  metrics.read.inc({ topic: 'orders', kind: 'text' }, 2)
  metrics.lost.inc()
  startAtZero(metrics, GROUP, { topic: ['orders'] })
  assert.deepStrictEqual(await samples(registry), [
    'lost_total 1',
    'refused_total{reason="late"} 0',
    'refused_total{reason="broken"} 0',
    'read_total{topic="orders",kind="text"} 2',
    'read_total{topic="orders",kind="bytes"} 0',
    'took_seconds_bucket{le="1",topic="orders"} 0',
    'took_seconds_bucket{le="+Inf",topic="orders"} 0',
    'took_seconds_sum{topic="orders"} 0',
    'took_seconds_count{topic="orders"} 0',
  ])
})

test('a group is registered once: who comes later is given the same metrics', () => {
  const registry = emptyRegistry()
  const first = registerMetrics(registry, GROUP)
  const second = registerMetrics(registry, GROUP)
  for (const key of Object.keys(GROUP) as (keyof typeof GROUP)[]) assert.equal(second[key], first[key])
})

test('a gauge can be set at the moment at which it is read', async () => {
  const registry = emptyRegistry()
  const { open } = registerMetrics(registry, GROUP)
  let parts = 3
  onCollect(open, () => open.set({ part: 'kafka' }, parts))
  assert.equal((await samples(registry)).at(-1), 'open{part="kafka"} 3')
  parts = 4
  assert.equal((await samples(registry)).at(-1), 'open{part="kafka"} 4')
})

test('a label that was not declared is a compile error', () => {
  const { refused } = registerMetrics(emptyRegistry(), GROUP)
  // @ts-expect-error There is no label of this name.
  assert.throws(() => refused.inc({ cause: 'late' }))
})
