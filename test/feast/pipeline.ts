import cardFraud, { customer, cardFraud as model, terminal, transaction } from '@millrace/card-fraud'
import {
  days,
  defineOnDemand,
  definePipeline,
  definePushedView,
  hourOfDay,
  hours,
  isWeekend,
  money,
  text,
  timestamp,
} from '@millrace/core'

/** What another team computes of a customer and pushes. */
export const profile = definePushedView({
  name: 'profile',
  entity: 'customerId',
  eventTime: 'computedAt',
  fields: {
    customerId: text('the customer', { maxLength: 64 }),
    computedAt: timestamp('when it was computed'),
    daily_limit: money('what the customer may spend in a day, in EUR'),
    segment: text('group of customers'),
  },
  visitedBy: [transaction],
  ttl: days(10),
  freshness: hours(6),
  pushSource: 'profile_push',
})

/** As in card fraud, but never above the customer's limit: a vector shows what was pushed. */
const payment = defineOnDemand({
  source: transaction,
  features: {
    amount: ({ amount }, { daily_limit: limit }) => (Number(limit) < amount ? Number(limit) : amount),
    during_weekend: ({ occurredAt }) => isWeekend(occurredAt),
    during_night: ({ occurredAt }) => (hourOfDay(occurredAt) <= 6 ? 1 : 0),
  },
})

export default definePipeline({
  ...cardFraud,
  name: 'feast-test',
  version: 1,
  predictionsTopic: 'feast-test.predictions',
  views: [profile, customer, terminal],
  onDemand: payment,
  model: { ...model, path: '../../pipelines/card-fraud/models/card_fraud' },
})
