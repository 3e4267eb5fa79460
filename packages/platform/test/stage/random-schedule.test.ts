import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seedsOf } from '@millrace/testkit'
import { BROKEN_RULES } from './schedule/broken-rules.ts'
import { playSchedules } from './schedule/play-schedules.ts'

/**
 * Two sources and three hops, played by the real loop, tasks and merges. `PROPERTY_RUNS=20000` plays more schedules,
 * `PROPERTY_SEED=17` plays one.
 */
const SCHEDULES = 200
/** Schedules within which a missing rule must show: the rarest does in five of them. */
const ENOUGH = Array.from({ length: 1_000 }, (_, seed) => seed)

for (const order of ['arrival', 'strict'] as const) {
  test(`under ${order} order no crash, take-over, lost reply or rollback loses or doubles an event`, async () => {
    assert.equal(await playSchedules({ order, seeds: seedsOf(SCHEDULES) }), undefined)
  })
}

for (const order of ['arrival', 'strict'] as const) {
  test(`under ${order} order late events are neither lost nor doubled, and repeats under strict order are the same`, async () => {
    assert.equal(await playSchedules({ order, seeds: seedsOf(SCHEDULES), kind: 'late' }), undefined)
  })
}

for (const order of ['arrival', 'strict'] as const) {
  test(`under ${order} order an erased entity counts from zero, whatever befalls its owner`, async () => {
    assert.equal(await playSchedules({ order, seeds: seedsOf(SCHEDULES), kind: 'erasure' }), undefined)
  })
}

for (const order of ['arrival', 'strict'] as const) {
  test(`under ${order} order an id belongs to the first record that came with it, whatever befalls its owner`, async () => {
    assert.equal(await playSchedules({ order, seeds: seedsOf(SCHEDULES), kind: 'claims' }), undefined)
  })
}

test('what came before a topic was deleted takes effect once at most, what came after it was made anew once', async () => {
  assert.equal(
    await playSchedules({ order: 'arrival', seeds: seedsOf(SCHEDULES), kind: 'recreation' }),
    undefined,
  )
})

for (const { without, order, kind } of BROKEN_RULES) {
  test(`a schedule fails without ${without}`, async () => {
    assert.notEqual(await playSchedules({ order, seeds: ENOUGH, without, kind }), undefined)
  })
}
