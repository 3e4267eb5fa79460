import {
  count,
  days,
  defineEncoders,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  flag,
  impute,
  log1p,
  mean,
  money,
  oneHot,
  ordinal,
  quantileBins,
  standardScale,
  target,
  text,
  timestamp,
} from '@millrace/core'

export const order = defineEvent({
  name: 'order',
  topic: 'orders',
  key: 'customer',
  id: 'orderId',
  eventTime: 'at',
  fields: {
    orderId: text('id'),
    at: timestamp('when it was placed'),
    customer: text('who placed it'),
    channel: text('where', { optional: true }),
    amount: money('EUR'),
    weight: double('kg', { optional: true }),
  },
})

export const complaint = defineEvent({
  name: 'complaint',
  topic: 'complaints',
  key: 'customer',
  id: 'orderId',
  eventTime: 'at',
  fields: {
    orderId: text('the order'),
    at: timestamp('when it was settled'),
    customer: text('who placed it'),
    justified: flag('whether it was justified'),
  },
})

const always = defineOnDemand({ source: order, features: { amount: event => event.amount } })

export const customer = defineFeatureView({
  name: 'customer',
  entity: 'customer',
  sources: [order],
  features: {
    orders_7d: count(order, { window: days(7) }),
    mean_amount_7d: mean(order, 'amount', { window: days(7) }),
  },
})

const encoders = defineEncoders({
  source: order,
  from: [always, customer],
  artifact: 'encoders/orders.json',
  features: {
    amount_log: log1p('amount'),
    amount_z: standardScale('amount_log'),
    mean_bin: quantileBins('mean_amount_7d', { bins: 4 }),
    channel_risk: target('channel', { smoothing: 5 }),
    channel_place: ordinal('channel', { categories: ['web', 'shop'] }),
    weight: impute('weight', { with: 'median' }),
    ...oneHot('channel', { categories: ['web', 'shop'] }),
  },
})

export default definePipeline({
  name: 'orders',
  events: [order, complaint],
  views: [customer],
  onDemand: always,
  encoders,
  model: defineModel({
    name: 'trouble',
    path: 'models/trouble',
    features: [always, customer, encoders],
    inputs: [
      'orders_7d',
      'amount_z',
      'mean_bin',
      'channel_risk',
      'channel_place',
      'weight',
      'channel_web',
      'channel_shop',
    ],
    decisions: [
      { decision: 'send', from: 0 },
      { decision: 'ask', from: 0.5 },
    ],
  }),
  monitor: defineMonitor({ window: days(7) }),
  outcome: { source: complaint, field: 'justified' },
})
