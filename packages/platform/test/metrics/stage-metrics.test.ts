import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposeMetrics } from '../../src/metrics/exposition.ts'
import { createRegistry } from '../../src/metrics/registry.ts'
import { StageMetrics } from '../../src/metrics/stage-metrics.ts'
import type { StageObserver } from '../../src/stage/stage-observer.ts'

const NOW = 1_800_000_000_000
const CUSTOMER = { stage: 'customer', group: 'shop.v1.customer', topics: ['orders', 'returns'] }

/** A stage under observation, by a clock that runs ten times as fast as the wall clock. */
function observeStage(): { observer: StageObserver; samples(...names: string[]): Promise<string[]> } {
  const registry = createRegistry({ service: 'builder' })
  const clock = { kind: 'scaled', start: NOW, speed: 10, anchor: 0 } as const
  const observer = new StageMetrics(registry, clock, { now: () => 0 }).observerOf(CUSTOMER)
  return {
    observer,
    async samples(...names) {
      const { body } = await exposeMetrics(registry)
      const lines = body.replaceAll(',service="builder"', '').split('\n')
      return lines.filter(line => names.some(name => line.startsWith(`${name}{`)))
    },
  }
}

test('the states in memory are told as they are, their use is added up', async () => {
  const { observer, samples } = observeStage()
  observer.cached({ states: 7, bytes: 3_000, hits: 90, misses: 10, evictions: 0 })
  observer.cached({ states: 5, bytes: 2_000, hits: 45, misses: 5, evictions: 2 })
  const names = ['states', 'bytes', 'hits_total', 'misses_total', 'evictions_total']
  assert.deepStrictEqual(await samples(...names.map(name => `stage_cache_${name}`)), [
    'stage_cache_states{stage="customer"} 5',
    'stage_cache_bytes{stage="customer"} 2000',
    'stage_cache_hits_total{stage="customer"} 135',
    'stage_cache_misses_total{stage="customer"} 15',
    'stage_cache_evictions_total{stage="customer"} 2',
  ])
})

test('records are counted by topic and outcome, every outcome from 0 on', async () => {
  const { observer, samples } = observeStage()
  const facts = { partition: 3, newestEventTime: NOW, watermark: NOW - 1 }
  const counts = [
    { input: 0, outcome: 'ok', records: 4 },
    { input: 1, outcome: 'late', records: 2 },
  ] as const
  observer.handled({ ...facts, counts })
  observer.handled({ ...facts, counts })
  const counted = await samples('records_processed_total')
  assert.equal(counted.length, 10)
  assert.deepStrictEqual(
    counted.filter(line => !line.endsWith(' 0')),
    [
      'records_processed_total{stage="customer",topic="orders",outcome="ok"} 8',
      'records_processed_total{stage="customer",topic="returns",outcome="late"} 4',
    ],
  )
  assert.deepStrictEqual(await samples('watermark_timestamp_seconds'), [
    'watermark_timestamp_seconds{stage="customer",partition="3"} 1799999999.999',
  ])
})

test('under arrival order, which has no watermark, the latest event time stands for it', async () => {
  const { observer, samples } = observeStage()
  const facts = { counts: [], partition: 0, watermark: Number.NEGATIVE_INFINITY }
  for (const newestEventTime of [NOW, NOW - 5_000]) observer.handled({ ...facts, newestEventTime })
  assert.deepStrictEqual(await samples('watermark_timestamp_seconds'), [
    'watermark_timestamp_seconds{stage="customer",partition="0"} 1800000000',
  ])
})

test('every record counts by the time of its round, and by how long its event has been, in seconds of the wall clock', async () => {
  const { observer, samples } = observeStage()
  observer.published([[NOW - 200, NOW - 40_000], [Number.NEGATIVE_INFINITY]], 0.012)
  const [processed] = await samples('record_processing_duration_seconds_count')
  assert.equal(processed, 'record_processing_duration_seconds_count{stage="customer"} 3')
  assert.deepStrictEqual(await samples('event_time_delay_seconds_sum', 'event_time_delay_seconds_count'), [
    'event_time_delay_seconds_sum{stage="customer"} 4.02',
    'event_time_delay_seconds_count{stage="customer"} 2',
  ])
})

test('what is told of a partition goes with it, its counters stay', async () => {
  const { observer, samples } = observeStage()
  const at = { topic: 'orders', offset: 7, lag: 3, isPaused: false }
  const positions = [0, 1].map(partition => ({ ...at, partition }))
  observer.assigned([0, 1])
  for (const position of positions) observer.stands(position)
  observer.committed(positions)
  observer.refused(0)
  observer.assigned([1])
  observer.committed(positions)
  assert.deepStrictEqual(await samples('kafka_consumer_lag_records', 'kafka_consumer_committed_offset'), [
    'kafka_consumer_lag_records{group="shop.v1.customer",topic="orders",partition="1"} 3',
    'kafka_consumer_committed_offset{group="shop.v1.customer",topic="orders",partition="1"} 7',
  ])
  assert.deepStrictEqual(await samples('stage_writes_refused_total', 'stage_partitions'), [
    'stage_partitions{stage="customer"} 1',
    'stage_writes_refused_total{stage="customer",partition="0"} 1',
    'stage_writes_refused_total{stage="customer",partition="1"} 0',
  ])
})
