import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRegistry } from '@millrace/platform'
import { InferenceMetrics } from '../../src/metrics/inference-metrics.ts'
import type { VersionAtWork } from '../../src/served/model-host.ts'

function startMetrics() {
  const registry = createRegistry({ service: 'test' })
  const metrics = new InferenceMetrics(registry)
  return {
    metrics,
    async samples(pattern: RegExp) {
      const lines = (await registry.metrics()).replaceAll(/,?service="test"/g, '').split('\n')
      return lines.filter(line => pattern.test(line))
    },
  }
}

/** A host of versions with so many rows under way, the first of which is the champion. */
function hostOf(rows: Readonly<Record<string, number>>) {
  const version = (name: string) =>
    ({
      identity: { name: 'fraud', version: name, digest: name.repeat(4) },
      model: { inFlight: rows[name] },
    }) as unknown as VersionAtWork
  const versions = Object.keys(rows)
  const roleOf = (role: string) => (role === 'champion' ? version(versions[0]!) : undefined)
  return { name: 'fraud', versions, version, roleOf }
}

test('a request counts by what became of it, and one of too many as shed', async () => {
  const { metrics, samples } = startMetrics()
  const facts = { protocol: 'score', model: 'fraud', version: '3', took: 4 } as const
  metrics.answered({ ...facts, outcome: 'ok' })
  metrics.answered({ ...facts, outcome: 'ok' })
  metrics.answered({ ...facts, version: undefined, outcome: 'SCORER_OVERLOADED' })
  assert.deepStrictEqual(await samples(/^inference_(request_duration_seconds_count|shed)/), [
    'inference_request_duration_seconds_count{model="fraud",version="3",protocol="score",outcome="ok"} 2',
    'inference_request_duration_seconds_count{model="fraud",version="unknown",protocol="score",outcome="SCORER_OVERLOADED"} 1',
    'inference_shed_total{model="fraud"} 1',
  ])
})

test('batches count by why they were released, and by how long they waited and ran', async () => {
  const { metrics, samples } = startMetrics()
  const batch = metrics.batchesOf('fraud')
  batch({ reason: 'full', rows: 64, waited: 2, took: 3 })
  assert.deepStrictEqual(await samples(/_batches_total|batch_size_sum|stage_duration_seconds_sum/), [
    'inference_stage_duration_seconds_sum{model="fraud",stage="fetch"} 0',
    'inference_stage_duration_seconds_sum{model="fraud",stage="queue"} 0.002',
    'inference_stage_duration_seconds_sum{model="fraud",stage="run"} 0.003',
    'inference_stage_duration_seconds_sum{model="fraud",stage="publish"} 0',
    'inference_batch_size_sum{model="fraud"} 64',
    'inference_batches_total{model="fraud",reason="full"} 1',
    'inference_batches_total{model="fraud",reason="timeout"} 0',
    'inference_batches_total{model="fraud",reason="idle"} 0',
  ])
})

test('the rows of all versions that are under way are told when they are read', async () => {
  const { metrics, samples } = startMetrics()
  const rows = { '3': 5, '4': 2 }
  metrics.changed(hostOf(rows), ['champion'], { kind: 'loaded', version: '3', took: 1 })
  assert.deepStrictEqual(await samples(/^inference_inflight/), ['inference_inflight{model="fraud"} 7'])
  rows['4'] = 0
  assert.deepStrictEqual(await samples(/^inference_inflight/), ['inference_inflight{model="fraud"} 5'])
})

test('versions and roles are told as they are, and every change is counted', async () => {
  const { metrics, samples } = startMetrics()
  metrics.changed(hostOf({ '3': 0 }), ['champion'], { kind: 'loaded', version: '3', took: 1 })
  metrics.changed(hostOf({ '3': 0 }), ['champion'], { kind: 'serving', version: '3', role: 'champion' })
  metrics.changed(hostOf({ '4': 0 }), ['champion'], { kind: 'serving', version: '4', role: 'champion' })
  metrics.changed(hostOf({ '4': 0 }), ['champion'], { kind: 'refused', version: '5', reason: 'broken' })
  metrics.changed(hostOf({ '4': 0 }), ['champion'], { kind: 'released', version: '3' })
  assert.deepStrictEqual(await samples(/^model_(info|reload|role)/), [
    'model_info{model="fraud",alias="champion",version="4",digest="4444"} 1',
    'model_reload_total{model="fraud",outcome="loaded"} 1',
    'model_reload_total{model="fraud",outcome="refused"} 1',
    'model_role_changes_total{model="fraud",alias="champion"} 2',
  ])
})
