import {
  count,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  flag,
  hours,
  sum,
  text,
  timestamp,
} from '@millrace/core'

/** A purchase; some have no price. */
export const purchase = defineEvent({
  name: 'purchase',
  topic: 'purchases',
  key: 'buyer',
  id: 'id',
  eventTime: 'at',
  fields: {
    id: text('id'),
    at: timestamp('when'),
    buyer: text('who'),
    price: double('for how much', { optional: true }),
    isGift: flag('whether it is a gift'),
  },
})

export const buyer = defineFeatureView({
  name: 'buyer',
  entity: 'buyer',
  sources: [purchase],
  features: {
    buyer_count_1h: count(purchase, { window: hours(1) }),
    buyer_gifts_1h: sum(purchase, 'price', { window: hours(1) }, { where: ({ isGift }) => isGift }),
  },
})

const onDemand = defineOnDemand({ source: purchase, features: { is_gift: ({ isGift }) => Number(isGift) } })

/** A shop with one view. */
export const shop = definePipeline({
  name: 'shop',
  events: [purchase],
  views: [buyer],
  onDemand,
  model: defineModel({
    name: 'shop',
    path: 'models/shop',
    features: [onDemand, buyer],
    inputs: ['is_gift', 'buyer_count_1h', 'buyer_gifts_1h'],
    decisions: [{ decision: 'approve', from: 0 }],
  }),
  monitor: defineMonitor({ window: hours(24) }),
})

export const T = Date.UTC(2026, 0, 1)

/** A purchase by `b` so many minutes after `T`. */
export function bought(minutes: number, { price = 5, isGift = false, by = 'b' }: Partial<Bought> = {}) {
  return { id: `p${minutes}`, at: T + minutes * 60_000, buyer: by, price, isGift }
}

interface Bought {
  readonly price: number | null
  readonly isGift: boolean
  readonly by: string
}

export default shop
