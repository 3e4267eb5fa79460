import {
  count,
  days,
  decayedMean,
  defineEncoders,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  distinctCount,
  double,
  firstKnown,
  flag,
  frequency,
  hopping,
  hours,
  last,
  log1p,
  minutes,
  money,
  mostFrequent,
  oneHot,
  quantile,
  ratio,
  session,
  standardDeviation,
  text,
  timeOfDay,
  timeSinceLast,
  timestamp,
  tumbling,
} from '@millrace/core'

/** An advertisement that was shown, as the ad server reports it. */
export const impression = defineEvent({
  name: 'impression',
  topic: 'impressions',
  key: 'userId',
  id: 'impressionId',
  eventTime: 'shownAt',
  // Attributions move time on by half an hour: until then an impression can be asked for again.
  grace: hours(1),
  fields: {
    impressionId: text('unique id given by the ad server', { maxLength: 64 }),
    shownAt: timestamp('when it was shown'),
    userId: text('the user, by a pseudonym', { maxLength: 64 }),
    campaignId: text('the campaign that it belongs to', { maxLength: 64 }),
    siteId: text('the site that showed it', { maxLength: 64 }),
    device: text('phone, tablet or desktop', { maxLength: 32, letterCase: 'lower' }),
    bid: money('what was bid for it, in EUR per thousand', { max: 1_000 }),
    scrollDepth: double('how far the user had scrolled, from 0 to 1', { min: 0, max: 1, optional: true }),
  },
})

/** Half an hour after an impression: whether it was clicked. */
export const attribution = defineEvent({
  name: 'attribution',
  topic: 'attributions',
  key: 'userId',
  id: 'impressionId',
  eventTime: 'decidedAt',
  fields: {
    impressionId: text('the impression that it is about', { maxLength: 64 }),
    decidedAt: timestamp('when it was decided'),
    userId: text('the user of the impression', { maxLength: 64 }),
    campaignId: text('the campaign of the impression', { maxLength: 64 }),
    siteId: text('the site of the impression', { maxLength: 64 }),
    wasClicked: flag('whether it was clicked'),
  },
})

/** What a user does in this session, and what is known of them from before. */
export const user = defineFeatureView({
  name: 'user',
  entity: 'userId',
  sources: [attribution, impression],
  features: {
    user_session_impressions: count(impression, session(minutes(30))),
    user_campaigns_1d: distinctCount(impression, 'campaignId', { window: days(1) }),
    user_since_previous: timeSinceLast(impression, { window: days(7) }, { skip: 1, whenEmpty: days(7) }),
    user_known_scroll_depth: last(impression, 'scrollDepth', { window: days(7) }),
    user_usual_device: mostFrequent(impression, 'device', { window: days(7) }),
    user_click_share_7d: ratio(attribution, 'wasClicked', { window: days(7) }),
  },
})

/** How a campaign goes. Impressions and clicks are counted by the hour. */
export const campaign = defineFeatureView({
  name: 'campaign',
  entity: 'campaignId',
  sources: [attribution, impression],
  features: {
    campaign_impressions_6h: count(impression, hopping(hours(6), hours(1))),
    campaign_clicks_6h: count(attribution, hopping(hours(6), hours(1)), {
      where: ({ wasClicked }) => wasClicked,
    }),
    campaign_median_bid_1d: quantile(impression, 'bid', 0.5, { window: days(1) }),
    campaign_bid_deviation_1d: standardDeviation(impression, 'bid', { window: days(1) }, { whenEmpty: 0 }),
    campaign_click_share_yesterday: ratio(attribution, 'wasClicked', tumbling(days(1), { ago: 1 })),
  },
})

/** What a site is like. It has so many impressions that they are kept in tiles. */
export const site = defineFeatureView({
  name: 'site',
  entity: 'siteId',
  sources: [attribution, impression],
  features: {
    site_impressions_1d: count(impression, { window: days(1), precision: 'tiled' }),
    site_users_1d: distinctCount(impression, 'userId', { window: days(1), precision: 'tiled' }),
    site_usual_bid_7d: decayedMean(impression, 'bid', days(1), { window: days(7), precision: 'tiled' }),
    site_click_share_7d: ratio(attribution, 'wasClicked', { window: days(7) }),
  },
})

/** What follows from the impression and from the views together. */
export const offer = defineOnDemand({
  source: impression,
  features: {
    bid_over_campaign: ({ bid }, { campaign_median_bid_1d = Number.NaN }) => bid - campaign_median_bid_1d,
  },
})

/** Texts, times and missing values as numbers. */
export const encoders = defineEncoders({
  source: impression,
  from: [user, campaign, site, offer],
  artifact: 'encoders/ad-clicks.json',
  features: {
    bid_log: log1p('bid'),
    since_previous_log: log1p('user_since_previous'),
    // What is missing in the impression is taken from the last one of the user that had it.
    scroll_depth: firstKnown(['scrollDepth', 'user_known_scroll_depth'], { otherwise: 0 }),
    ...oneHot('device', { categories: ['phone', 'tablet'] }),
    ...oneHot('user_usual_device', { name: 'usual', categories: ['phone', 'tablet'] }),
    ...timeOfDay('shownAt', { name: 'hour' }),
    campaign_share: frequency('campaignId'),
  },
})

/** Probability that an impression is clicked. The order of `inputs` is the order of the ONNX input tensor. */
export const click = defineModel({
  name: 'ad_click',
  path: 'models/ad_click',
  features: [user, campaign, site, offer, encoders],
  inputs: [
    'bid_log',
    'bid_over_campaign',
    'scroll_depth',
    'device_phone',
    'device_tablet',
    'usual_phone',
    'usual_tablet',
    'hour_sin',
    'hour_cos',
    'campaign_share',
    'since_previous_log',
    'user_session_impressions',
    'user_campaigns_1d',
    'user_click_share_7d',
    'campaign_impressions_6h',
    'campaign_clicks_6h',
    'campaign_median_bid_1d',
    'campaign_bid_deviation_1d',
    'campaign_click_share_yesterday',
    'site_impressions_1d',
    'site_users_1d',
    'site_usual_bid_7d',
    'site_click_share_7d',
  ],
  decisions: [
    { decision: 'pass', from: 0 },
    { decision: 'bid', from: 0.1 },
    { decision: 'bid high', from: 0.3 },
  ],
})

export default definePipeline({
  name: 'ad-clicks',
  events: [impression, attribution],
  views: [user, campaign, site],
  onDemand: offer,
  encoders,
  model: click,
  monitor: defineMonitor({ window: days(1), warmUp: days(8) }),
  outcome: { source: attribution, field: 'wasClicked' },
})
