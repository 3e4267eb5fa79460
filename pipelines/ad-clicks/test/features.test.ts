import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days, hours, minutes } from '@millrace/core'
import { PipelineDriver } from '@millrace/testkit'
import adClicks, { attribution, campaign, impression, site, user } from '../pipeline.ts'
import { simulate } from '../simulator.ts'

const shown = (n: number, more: object = {}) => ({
  impressionId: `i${n}`,
  userId: 'u1',
  campaignId: 'c1',
  siteId: 's1',
  device: 'Phone',
  bid: 2.5,
  ...more,
})

/** The declaration without what is fitted. */
const pipeline = { ...adClicks, fitted: fittedOf(['c1', 0.25]) }

function fittedOf(...shares: readonly (readonly [string, number])[]): NonNullable<typeof adClicks.fitted> {
  return {
    codecVersion: 1,
    pipeline: 'ad-clicks',
    definition: '',
    digest: '',
    rows: 1,
    window: { start: 0, end: 1 },
    encoders: { campaign_share: { kind: 'frequency', shares } },
  }
}

test('a session counts until nothing happens for half an hour', () => {
  const driver = new PipelineDriver(pipeline)
  driver.send(impression, shown(1))
  driver.clock.advance(minutes(29))
  driver.send(impression, shown(2, { campaignId: 'c2' }))
  assert.equal(driver.features(user, 'u1').user_session_impressions, 2)
  driver.clock.advance(minutes(30))
  assert.deepEqual(driver.features(user, 'u1'), {
    user_session_impressions: 0,
    user_campaigns_1d: 2,
    user_since_previous: minutes(59),
    user_known_scroll_depth: Number.NaN,
    user_usual_device: 'phone',
    user_click_share_7d: 0,
  })
})

test('a missing scroll depth is the last known one of the user, for a week', () => {
  const driver = new PipelineDriver(pipeline)
  const depthOf = (n: number, scrollDepth?: number): unknown => {
    const sent = driver.send(impression, shown(n, { scrollDepth }))
    return sent.accepted && sent.scored?.features['scroll_depth']
  }
  assert.equal(depthOf(1), 0)
  assert.equal(depthOf(2, 0.75), 0.75)
  driver.clock.advance(days(6))
  assert.equal(depthOf(3), 0.75)
  driver.clock.advance(days(1))
  assert.equal(depthOf(4), 0)
})

test('clicks of a campaign count by the hour, and yesterday when it is over', () => {
  const driver = new PipelineDriver(pipeline)
  driver.clock.advance(hours(2) + minutes(10))
  driver.send(attribution, { ...shown(1), wasClicked: true })
  driver.send(attribution, { ...shown(2), wasClicked: false })
  driver.clock.advance(hours(5))
  assert.equal(driver.features(campaign, 'c1').campaign_clicks_6h, 1)
  driver.clock.advance(hours(1))
  assert.equal(driver.features(campaign, 'c1').campaign_clicks_6h, 0)
  assert.equal(driver.features(campaign, 'c1').campaign_click_share_yesterday, 0)
  driver.clock.advance(days(1))
  assert.equal(driver.features(campaign, 'c1').campaign_click_share_yesterday, 0.5)
})

test('a site keeps tiles: its state does not grow with its impressions', () => {
  const driver = new PipelineDriver(pipeline)
  for (let n = 0; n < 5_000; n++) {
    driver.clock.advance(1_000)
    driver.send(impression, shown(n, { userId: `u${n % 300}` }))
  }
  const { site_impressions_1d, site_users_1d, site_usual_bid_7d } = driver.features(site, 's1')
  assert.deepEqual([site_impressions_1d, site_users_1d, site_usual_bid_7d], [5_000, 300, 2.5])
})

test('a requested impression has the vector that it gets in the stream, and leaves nothing behind', () => {
  const driver = new PipelineDriver(pipeline)
  for (const { type, event } of simulate({ seed: 5, start: driver.clock.now(), users: 20, days: 10 })) {
    const time = type === 'impression' ? event.shownAt : event.decidedAt
    driver.clock.advance(time - driver.clock.now())
    if (type === 'attribution') driver.send(attribution, { ...event })
    else {
      const requested = driver.request({ ...event })
      const sent = driver.send(impression, { ...event })
      assert.deepEqual(sent.accepted && sent.scored, requested)
      assert.deepEqual(driver.request({ ...event }), requested)
    }
  }
})

test('what the ingestor would refuse is refused with its reason', () => {
  const driver = new PipelineDriver(pipeline)
  assert.equal(driver.send(impression, shown(1)).accepted, true)
  const reasons = [shown(1), shown(2, { bid: -1 }), shown(3, { siteId: null })].map(raw => {
    const sent = driver.send(impression, raw)
    return sent.accepted || sent.rejection.reason
  })
  assert.deepEqual(reasons, ['DUPLICATE', 'OUT_OF_RANGE', 'FIELD_MISSING'])
})
