import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  hours,
  type Pipeline,
  text,
  timestamp,
  topicPlan,
} from '../../src/index.ts'

function pipelineOf(maxBytes: number): Pipeline {
  const click = defineEvent({
    name: 'click',
    topic: 'clicks',
    key: 'user',
    id: 'clickId',
    eventTime: 'at',
    grace: hours(2),
    maxBytes,
    fields: { clickId: text('id'), user: text('user'), page: text('page'), at: timestamp('when') },
  })
  const window = { window: days(3), offset: days(1) }
  const user = defineFeatureView({
    name: 'user',
    entity: 'user',
    sources: [click],
    features: { user_clicks_3d: count(click, window) },
  })
  const page = defineFeatureView({
    name: 'page',
    entity: 'page',
    sources: [click],
    features: { page_clicks_1d: count(click, { window: days(1) }) },
  })
  const onDemand = defineOnDemand({ source: click, features: { one: () => 1 } })
  const model = defineModel({
    name: 'bid',
    path: 'models',
    features: [onDemand, user, page],
    inputs: ['one', 'user_clicks_3d', 'page_clicks_1d'],
    decisions: [{ decision: 'bid', from: 0 }],
  })
  const monitor = defineMonitor({ window: days(1) })
  return definePipeline({ name: 'ads', events: [click], views: [user, page], onDemand, model, monitor })
}

const PLAN = topicPlan(pipelineOf(1_000_000), { raw: 3, stage: 4 })

test('the plan names every topic on the way of an event, with its role, partitions and format', () => {
  assert.deepStrictEqual(
    PLAN.map(({ name, role, partitions, format }) => [name, role, partitions, format.kind]),
    [
      ['clicks', 'raw', 3, 'avro'],
      ['clicks.dlq', 'dead-letter', 3, 'original'],
      ['ads.v1.click.clean', 'clean', 4, 'avro'],
      ['ads.v1.click.page', 'hop', 4, 'avro'],
      ['ads.v1.vectors', 'vectors', 4, 'avro'],
      ['ads.predictions', 'predictions', 4, 'json'],
      ['ads.v1.statistics', 'statistics', 1, 'json'],
      ['ads.drift', 'drift', 1, 'json'],
      ['ads.retraining', 'retraining', 1, 'json'],
      ['ads.audit', 'audit', 1, 'json'],
    ],
  )
})

test('records are kept for the longest reach of a window, the grace and a week, the audit for ever', () => {
  const [audit, ...others] = PLAN.toReversed()
  assert.equal(audit!.retentionMs, Infinity)
  assert.deepStrictEqual(
    new Set(others.map(topic => topic.retentionMs)),
    new Set([days(4) + hours(2) + days(7)]),
  )
})

test('a record that is too large can be sent, and dead-lettered as it was', () => {
  const sizes = (maxBytes: number): number[] =>
    topicPlan(pipelineOf(maxBytes), { raw: 1, stage: 1 })
      .slice(0, 3)
      .map(topic => topic.maxMessageBytes)
  assert.deepStrictEqual(sizes(1_000_000), [8_000_000, 8_065_536, 1_065_536])
  assert.deepStrictEqual(sizes(6_000_000), [12_000_000, 12_065_536, 6_065_536])
})
