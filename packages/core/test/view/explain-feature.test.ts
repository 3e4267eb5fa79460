import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, naiveFeatures } from '@millrace/testkit'
import { type Aggregation, defineFeatureView, explainFeature, type FeatureView } from '../../src/index.ts'
import { tileSizeFor } from '../../src/window/tile-size.ts'
import { everyAggregation, everyWindow, FLOWS, randomReadings, reading } from './every-aggregation.ts'

function viewOf(features: Readonly<Record<string, Aggregation>>): FeatureView {
  return defineFeatureView({ name: 'machine', entity: 'machine', sources: [reading], features })
}

test('an explained value is that of the definition, and follows from the events that are named alone', async () => {
  await forEachSeed(10, random => {
    const handled = randomReadings(random, 60, FLOWS['out of order, within the grace']!)
    const time = Math.max(...handled.map(item => item.time)) - random.integer(0, 20)
    for (const [name, window] of Object.entries(everyWindow('exact'))) {
      const view = viewOf(everyAggregation(window))
      const expected = naiveFeatures(view, handled, time, tileSizeFor)
      Object.keys(view.features).forEach((feature, i) => {
        const all = handled.map(({ event }) => event)
        const { value, events } = explainFeature(view, feature, all, time)
        if (typeof value === 'number' && Number.isFinite(value)) {
          assert.ok(Math.abs(value - Number(expected[i])) <= 1e-8 * (1 + Math.abs(value)), feature)
        } else assert.equal(value, expected[i], feature)
        // Without the events between them, those of a session may lie too far apart.
        if (name !== 'session')
          assert.deepStrictEqual(explainFeature(view, feature, events, time).events, events, feature)
      })
    }
  })
})

test('the events of a value are those of its window that pass its filter, in order of event time', () => {
  const view = viewOf({ alarms: everyAggregation({ window: 10 })['count_where']! })
  const event = (at: number, alarm: boolean) => ({ id: `r${at}`, at, alarm })
  const events = [event(105, true), event(100, true), event(101, true), event(103, false), event(111, true)]
  assert.deepStrictEqual(explainFeature(view, 'alarms', events, 110), {
    value: 2,
    events: [event(101, true), event(105, true)],
  })
})
