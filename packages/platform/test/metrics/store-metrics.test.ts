import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { exposeMetrics } from '../../src/metrics/exposition.ts'
import { createRegistry } from '../../src/metrics/registry.ts'
import { StoreMetrics } from '../../src/metrics/store-metrics.ts'

test('operations of a store are counted by what became of them, and answer as they do without', async () => {
  const registry = createRegistry({ service: 'builder' })
  const metrics = new StoreMetrics(registry)
  const store = metrics.measuredStore(new MemoryNamespace().storeOf('customer'))
  const away = new MillraceError('STORE_UNAVAILABLE', 'away')
  const reader = metrics.measuredReader({ read: () => Promise.reject(away) })
  const { pair } = await store.load(0)
  assert.deepStrictEqual(await store.read(0, pair, ['a']), [undefined])
  assert.equal(await store.read(0, { sequence: 9, id: 'another' }, ['a']), 'refused')
  await assert.rejects(reader.read([]), away)

  const { body } = await exposeMetrics(registry)
  const counted = body.split('\n').filter(line => /(_count|_errors_total)\{.* [1-9]/.test(line))
  assert.deepStrictEqual(counted, [
    'feature_store_operation_duration_seconds_count{operation="load",outcome="ok",service="builder"} 1',
    'feature_store_operation_duration_seconds_count{operation="read",outcome="ok",service="builder"} 1',
    'feature_store_operation_duration_seconds_count{operation="read",outcome="refused",service="builder"} 1',
    'feature_store_operation_duration_seconds_count{operation="lookup",outcome="error",service="builder"} 1',
    'feature_store_errors_total{operation="lookup",service="builder"} 1',
  ])
})
