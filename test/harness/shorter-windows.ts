import card, { cardFraud, customer, drift, label, payment, terminal, transaction } from '@millrace/card-fraud'
import { count, days, defineFeatureView, definePipeline, mean, ratio } from '@millrace/core'

/** The next version of card fraud: the risk of a terminal comes first, and the longest windows have become shorter. */
const risk = defineFeatureView({
  name: 'terminal',
  entity: 'terminalId',
  sources: [label, transaction],
  features: {
    ...terminal.features,
    terminal_count_30d: count(transaction, { window: days(20), offset: days(7) }),
    terminal_risk_30d: ratio(label, 'isFraud', { window: days(20) }),
  },
})

const spending = defineFeatureView({
  name: 'customer',
  entity: 'customerId',
  sources: [transaction],
  features: {
    ...customer.features,
    customer_count_30d: count(transaction, { window: days(15) }),
    customer_mean_amount_30d: mean(transaction, 'amount', { window: days(15) }),
  },
})

export default definePipeline({
  name: card.name,
  version: 2,
  events: [transaction, label],
  views: [risk, spending],
  onDemand: payment,
  model: { ...cardFraud, path: '../../pipelines/card-fraud/models/card_fraud' },
  monitor: drift,
  outcome: { source: label, field: 'isFraud' },
})
