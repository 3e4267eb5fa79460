import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  type EventType,
  type EventValues,
  flag,
  hours,
  integer,
  mean,
  money,
  ratio,
  sum,
  text,
  timestamp,
  ViewEngine,
} from '@millrace/core'
import { FeatureLookup, type StateRequest } from '@millrace/platform/online'

/** A small pipeline for tests of lookups: payments of cards, by text, in shops, by number, and findings about shops. */

export const NOW = Date.UTC(2025, 0, 1, 12)

export const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  key: 'card',
  id: 'paymentId',
  eventTime: 'at',
  fields: {
    paymentId: text('id'),
    at: timestamp('time'),
    card: text('card', { maxLength: 8, letterCase: 'upper' }),
    shop: integer('shop'),
    amount: money('amount'),
    items: integer('how many things were bought'),
  },
})

export const finding = defineEvent({
  name: 'finding',
  topic: 'findings',
  key: 'shop',
  id: 'paymentId',
  eventTime: 'at',
  fields: { paymentId: text('id'), at: timestamp('time'), shop: integer('shop'), bad: flag('fraud') },
})

export const card = defineFeatureView({
  name: 'card',
  entity: 'card',
  sources: [payment],
  features: {
    card_count_1d: count(payment, { window: days(1) }),
    card_mean_amount_1d: mean(payment, 'amount', { window: days(1) }),
    card_items_1d: sum(payment, 'items', { window: days(1) }),
  },
  freshness: hours(1),
  ttl: days(3),
})

export const shop = defineFeatureView({
  name: 'shop',
  entity: 'shop',
  sources: [finding, payment],
  features: { shop_risk_7d: ratio(finding, 'bad', { window: days(7) }) },
})

const onDemand = defineOnDemand({ source: payment, features: { amount: event => event.amount } })

export const pipeline = definePipeline({
  name: 'test',
  events: [payment, finding],
  views: [card, shop],
  onDemand,
  model: defineModel({
    name: 'fraud',
    path: 'models',
    features: [onDemand, card, shop],
    inputs: ['amount', 'shop_risk_7d', 'card_count_1d'],
    decisions: [{ decision: 'approve', from: 0 }],
  }),
  monitor: defineMonitor({ window: days(1) }),
})

export function paid(at: number, given: Partial<Record<string, string | number>> = {}): EventValues {
  return { paymentId: `p${at}`, at, card: 'C1', shop: 7, amount: 10, items: 1, ...given }
}

export interface History {
  readonly lookup: FeatureLookup
  /** How often the store was asked, and for how many states each time. */
  readonly reads: number[]
}

/** A lookup over the states that the builder stages would have after these events. */
export function lookupOver(events: readonly (readonly [EventType, EventValues])[]): History {
  const states = new Map<string, Uint8Array>()
  for (const view of pipeline.views) {
    const engine = new ViewEngine(view, pipeline.scored)
    for (const [source, event] of events.filter(([type]) => view.sources.includes(type))) {
      const key = `${view.name}/${event[view.entity]}`
      const bytes = states.get(key)
      const state = bytes === undefined ? engine.init() : engine.decode(bytes)
      engine.add(state, source, event)
      states.set(key, engine.encode(state))
    }
  }
  const reads: number[] = []
  const read = async (requests: readonly StateRequest[]) => {
    reads.push(requests.length)
    return requests.map(({ view, entity }) => states.get(`${view}/${entity}`))
  }
  return { lookup: new FeatureLookup(pipeline, { read }), reads }
}
