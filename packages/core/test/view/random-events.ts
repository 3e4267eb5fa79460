import type { SeededRandom } from '@millrace/testkit'
import {
  count,
  defineEvent,
  defineFeatureView,
  double,
  type EventType,
  type EventValues,
  flag,
  integer,
  mean,
  money,
  ratio,
  sum,
  text,
  timestamp,
} from '../../src/index.ts'

const roles = { key: 'card', id: 'id', eventTime: 'at', grace: 40 } as const
const shared = { id: text('id'), at: timestamp('time'), card: text('card') }

export const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  fields: {
    ...shared,
    amount: money('amount', { min: -1e9 }),
    weight: double('weight'),
    items: integer('items'),
    online: flag('online'),
  },
  ...roles,
})
export const refund = defineEvent({
  name: 'refund',
  topic: 'refunds',
  fields: { ...shared, amount: money('amount'), granted: flag('granted') },
  ...roles,
})

/** Windows so short that random times often lie exactly on a border, with and without an offset. */
export const card = defineFeatureView({
  name: 'card',
  entity: 'card',
  sources: [refund, payment],
  features: {
    count_5: count(payment, { window: 5 }),
    count_20_7: count(payment, { window: 20, offset: 7 }),
    sum_20: sum(payment, 'amount', { window: 20 }),
    mean_20: mean(payment, 'amount', { window: 20 }),
    weight_20: sum(payment, 'weight', { window: 20 }),
    weight_mean_5_7: mean(payment, 'weight', { window: 5, offset: 7 }),
    items_5: sum(payment, 'items', { window: 5 }),
    online_20: ratio(payment, 'online', { window: 20 }),
    refund_count_20: count(refund, { window: 20 }),
    refund_sum_5: sum(refund, 'amount', { window: 5 }),
    granted_20_7: ratio(refund, 'granted', { window: 20, offset: 7 }),
  },
  recentIds: 30,
})

export interface ArrivedEvent {
  readonly source: EventType
  readonly event: EventValues
  readonly time: number
}

/** Events with many ties, each up to `disorder` (ms) older than the newest before it. */
export function randomEvents(random: SeededRandom, n: number, disorder: number): readonly ArrivedEvent[] {
  let now = 1_000
  return Array.from({ length: n }, (_, i) => {
    now += random.pick([0, 0, 1, 1, 2, 5])
    const time = now - (random.chance(0.3) ? random.integer(0, disorder) : 0)
    const source = random.chance(0.7) ? payment : refund
    const values = { id: `e${i}`, at: time, card: 'c', amount: random.integer(1, 9_999) / 100 }
    const event =
      source === refund
        ? { ...values, granted: random.chance(0.5) }
        : {
            ...values,
            weight: random.next() * 1e3,
            items: random.integer(-5, 5),
            online: random.chance(0.5),
          }
    return { source, event, time }
  })
}
