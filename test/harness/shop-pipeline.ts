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
  distinctCount,
  double,
  flag,
  hours,
  integer,
  last,
  mean,
  mostFrequent,
  oneHot,
  target,
  text,
  timestamp,
} from '@millrace/core'

/** What card payments do not have: ids that are whole numbers, missing values, texts, filters and fitted encoders. */
export const sale = defineEvent({
  name: 'sale',
  topic: 'sales',
  key: 'buyerId',
  id: 'saleId',
  eventTime: 'at',
  fields: {
    saleId: integer('number of the sale'),
    at: timestamp('when it was'),
    buyerId: integer('who bought'),
    shop: text('where'),
    price: double('what was paid', { optional: true }),
    channel: text('by what', { optional: true }),
    online: flag('whether it was online', { optional: true }),
  },
})

export const refund = defineEvent({
  name: 'refund',
  topic: 'refunds',
  key: 'shop',
  id: 'saleId',
  eventTime: 'at',
  fields: {
    saleId: integer('number of the sale'),
    at: timestamp('when it was'),
    shop: text('where'),
    isWhole: flag('whether all was paid back'),
  },
})

const onDemand = defineOnDemand({ source: sale, features: { price: event => event.price } })

const buyer = defineFeatureView({
  name: 'buyer',
  entity: 'buyerId',
  sources: [sale],
  features: {
    favourite_channel: mostFrequent(sale, 'channel', { window: days(3) }, { whenEmpty: 'none' }),
    last_shop: last(sale, 'shop', { window: hours(20), offset: hours(1) }),
    shops_7d: distinctCount(sale, 'shop', { window: days(7) }),
    mean_price_7d: mean(sale, 'price', { window: days(7) }, { where: event => event.online === true }),
  },
})

const shop = defineFeatureView({
  name: 'shop',
  entity: 'shop',
  sources: [refund, sale],
  features: {
    refunds_2d: count(refund, { window: days(2) }),
    sales_1d: count(sale, { window: days(1), precision: 'tiled' }),
  },
})

const encoders = defineEncoders({
  source: sale,
  from: [onDemand, buyer],
  artifact: 'encoders.json',
  features: {
    ...oneHot('favourite_channel', { categories: ['web', 'phone', 'none'] }),
    shop_risk: target('last_shop', { smoothing: 3 }),
  },
})

export default definePipeline({
  name: 'shops',
  events: [sale, refund],
  views: [buyer, shop],
  onDemand,
  encoders,
  model: defineModel({
    name: 'refunded',
    path: 'models',
    features: [onDemand, buyer, shop, encoders],
    inputs: [
      'price',
      'favourite_channel_web',
      'favourite_channel_none',
      'shop_risk',
      'shops_7d',
      'mean_price_7d',
      'refunds_2d',
      'sales_1d',
    ],
    decisions: [],
  }),
  monitor: defineMonitor({ window: days(1) }),
  outcome: { source: refund, field: 'isWhole' },
})
