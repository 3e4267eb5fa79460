import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  flag,
  hours,
  mean,
  money,
  ratio,
  text,
  timestamp,
} from '@millrace/core'

/** A small pipeline for tests: payments of cards in shops, and findings about shops. */

export const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  key: 'card',
  id: 'paymentId',
  eventTime: 'at',
  fields: {
    paymentId: text('id'),
    at: timestamp('time'),
    card: text('card'),
    shop: text('shop'),
    amount: money('amount'),
  },
})

export const finding = defineEvent({
  name: 'finding',
  topic: 'findings',
  key: 'shop',
  id: 'paymentId',
  eventTime: 'at',
  fields: { paymentId: text('id'), at: timestamp('time'), shop: text('shop'), bad: flag('fraud') },
})

const card = defineFeatureView({
  name: 'card',
  entity: 'card',
  sources: [payment],
  features: {
    card_count_1d: count(payment, { window: days(1) }),
    card_mean_amount_1d: mean(payment, 'amount', { window: days(1) }),
  },
  maxEntries: 3,
  recentIds: hours(1),
})

const shop = defineFeatureView({
  name: 'shop',
  entity: 'shop',
  sources: [finding, payment],
  features: {
    shop_count_1d: count(payment, { window: days(1) }),
    shop_risk_1d: ratio(finding, 'bad', { window: days(1) }),
  },
})

const onDemand = defineOnDemand({
  source: payment,
  features: {
    amount: event => event.amount,
    over_mean: (event, features) => event.amount / features['card_mean_amount_1d']!,
  },
})

export const pipeline = definePipeline({
  name: 'test',
  events: [payment, finding],
  views: [card, shop],
  onDemand,
  model: defineModel({
    name: 'fraud',
    path: 'models',
    features: [onDemand, card, shop],
    inputs: ['amount', 'shop_risk_1d', 'card_count_1d', 'card_mean_amount_1d', 'shop_count_1d', 'over_mean'],
    decisions: [{ decision: 'approve', from: 0 }],
  }),
  monitor: defineMonitor({ window: days(1) }),
})
