import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Histogram, Registry } from 'prom-client'
import { exposeMetrics } from '../../src/metrics/exposition.ts'
import { createRegistry, type MetricsRegistry } from '../../src/metrics/registry.ts'

const OPENMETRICS = 'application/openmetrics-text; version=1.0.0'

function emptyRegistry(): MetricsRegistry {
  const registry: MetricsRegistry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return registry
}

function registryWithCounter(): MetricsRegistry {
  const registry = emptyRegistry()
  registry.setDefaultLabels({ service: 'scorer' })
  new Counter({ name: 'records_total', help: 'records', registers: [registry] }).inc(3)
  return registry
}

const TEXT = '# HELP records_total records\n# TYPE records_total counter\nrecords_total{service="scorer"} 3\n'

test('metrics are exposed in the Prometheus text format by default', async () => {
  assert.deepStrictEqual(await exposeMetrics(registryWithCounter()), {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    body: TEXT,
  })
})

test('OpenMetrics is exposed when it is asked for, and leaves the text format as it was', async () => {
  const registry = registryWithCounter()
  assert.deepStrictEqual(await exposeMetrics(registry, `${OPENMETRICS},text/plain;q=0.5`), {
    contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    body: '# HELP records records\n# TYPE records counter\nrecords_total{service="scorer"} 3\n# EOF\n',
  })
  assert.equal((await exposeMetrics(registry)).body, TEXT)
})

test('exemplars are exposed in OpenMetrics only', async () => {
  const registry = emptyRegistry()
  const options = { name: 'wait_seconds', help: 'wait', buckets: [1], enableExemplars: true }
  const histogram = new Histogram({ ...options, registers: [registry] })
  histogram.observe({ labels: {}, value: 0.5, exemplarLabels: { trace_id: 'abc' } })
  assert.match((await exposeMetrics(registry, OPENMETRICS)).body, /le="1"} 1 # {trace_id="abc"} 0\.5 /)
  assert.doesNotMatch((await exposeMetrics(registry)).body, /trace_id/)
})

test('the registry of a service names it in the process metrics', async () => {
  const { body } = await exposeMetrics(createRegistry({ service: 'ingestor' }))
  assert.match(body, /^process_resident_memory_bytes\{service="ingestor"\} \d+$/m)
})
