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
  flag,
  hours,
  lag,
  log1p,
  mean,
  minutes,
  money,
  oneHot,
  type Pipeline,
  product,
  type ReasonText,
  ratio,
  session,
  text,
  timeOfDay,
  timestamp,
  tumbling,
} from '../../src/index.ts'

const sale = defineEvent({
  name: 'sale',
  topic: 'sales',
  key: 'shop_id',
  id: 'saleId',
  eventTime: 'soldAt',
  fields: {
    saleId: text('id'),
    soldAt: timestamp('time'),
    shop_id: text('shop'),
    country: text('country'),
    totalPrice: money('price'),
    wasReturned: flag('whether it came back'),
  },
})

const shop = defineFeatureView({
  name: 'shop',
  entity: 'shop_id',
  sources: [sale],
  features: {
    sales_36h: count(sale, { window: hours(36), offset: days(1) }),
    mean_price_today: mean(sale, 'totalPrice', tumbling(days(1))),
    returns_session: ratio(sale, 'wasReturned', session(minutes(30))),
    large_yesterday: count(sale, tumbling(days(1), { ago: 1 }), {
      where: ({ totalPrice }) => totalPrice > 100,
    }),
    price_before: lag(sale, 'totalPrice', 2, { window: days(7) }),
  },
})

const instant = defineOnDemand({ source: sale, features: { is_gift: () => 1 } })

const encoders = defineEncoders({
  source: sale,
  from: [shop, instant],
  features: {
    price_log: log1p('totalPrice'),
    price_by_sales: product(['price_log', 'sales_36h']),
    ...oneHot('country', { categories: ['FR', 'DE'], unseen: 'column' }),
    ...timeOfDay('soldAt', { name: 'hour' }),
  },
})

type Input = keyof (typeof shop.features & typeof instant.features & typeof encoders.features)

/** A pipeline with features of every kind. */
export function reasonPipeline(
  inputs: readonly Input[],
  reasons: Partial<Record<string, ReasonText>> = {},
): Pipeline {
  return definePipeline({
    name: 'shops',
    events: [sale],
    views: [shop],
    onDemand: instant,
    encoders,
    model: defineModel({
      name: 'returns',
      path: 'models',
      features: [shop, instant, encoders],
      inputs,
      decisions: [{ decision: 'take', from: 0 }],
      reasons,
    }),
    monitor: defineMonitor({ window: days(1) }),
  })
}
