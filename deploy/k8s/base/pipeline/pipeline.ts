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
  hourOfDay,
  hours,
  isWeekend,
  mean,
  money,
  ratio,
  text,
  timestamp,
} from '@millrace/core'

/** One card payment, as the payment gateway reports it. */
export const transaction = defineEvent({
  name: 'transaction',
  topic: 'transactions',
  key: 'customerId',
  id: 'transactionId',
  eventTime: 'occurredAt',
  grace: hours(1),
  fields: {
    transactionId: text('unique id given by the gateway', { maxLength: 64 }),
    occurredAt: timestamp('when the card was used'),
    customerId: text('the customer who owns the card', { maxLength: 64 }),
    terminalId: text('the terminal where the card was used', { maxLength: 64 }),
    amount: money('amount in EUR', { min: 0, max: 1_000_000 }),
  },
})

/** What an investigation found out about a transaction, a week later. */
export const label = defineEvent({
  name: 'label',
  topic: 'transaction-labels',
  key: 'terminalId',
  id: 'transactionId',
  eventTime: 'knownAt',
  fields: {
    transactionId: text('the transaction it is about', { maxLength: 64 }),
    knownAt: timestamp('when the outcome was known'),
    customerId: text('the customer of the transaction', { maxLength: 64 }),
    terminalId: text('the terminal of the transaction', { maxLength: 64 }),
    isFraud: flag('whether it was fraud'),
  },
})

/** What needs no history: the amount, and when the card was used. */
export const payment = defineOnDemand({
  source: transaction,
  features: {
    amount: event => event.amount,
    during_weekend: event => isWeekend(event.occurredAt),
    during_night: event => (hourOfDay(event.occurredAt) <= 6 ? 1 : 0),
  },
})

/** How much a customer spends. Every window ends at the transaction being scored, itself included. */
export const customer = defineFeatureView({
  name: 'customer',
  entity: 'customerId',
  sources: [transaction],
  features: {
    customer_count_1d: count(transaction, { window: days(1) }),
    customer_mean_amount_1d: mean(transaction, 'amount', { window: days(1) }),
    customer_count_7d: count(transaction, { window: days(7) }),
    customer_mean_amount_7d: mean(transaction, 'amount', { window: days(7) }),
    customer_count_30d: count(transaction, { window: days(30) }),
    customer_mean_amount_30d: mean(transaction, 'amount', { window: days(30) }),
  },
})

/** How risky a terminal was, up to a week ago: what happened since is not investigated yet. */
export const terminal = defineFeatureView({
  name: 'terminal',
  entity: 'terminalId',
  sources: [label, transaction],
  features: {
    terminal_count_1d: count(transaction, { window: days(1), offset: days(7) }),
    terminal_risk_1d: ratio(label, 'isFraud', { window: days(1) }),
    terminal_count_7d: count(transaction, { window: days(7), offset: days(7) }),
    terminal_risk_7d: ratio(label, 'isFraud', { window: days(7) }),
    terminal_count_30d: count(transaction, { window: days(30), offset: days(7) }),
    terminal_risk_30d: ratio(label, 'isFraud', { window: days(30) }),
  },
})

/** Probability that a transaction is fraud. The order of `inputs` is the order of the ONNX input tensor. */
export const cardFraud = defineModel({
  name: 'card_fraud',
  path: 'models/card_fraud',
  features: [payment, customer, terminal],
  inputs: [
    'amount',
    'during_weekend',
    'during_night',
    'customer_count_1d',
    'customer_mean_amount_1d',
    'customer_count_7d',
    'customer_mean_amount_7d',
    'customer_count_30d',
    'customer_mean_amount_30d',
    'terminal_count_1d',
    'terminal_risk_1d',
    'terminal_count_7d',
    'terminal_risk_7d',
    'terminal_count_30d',
    'terminal_risk_30d',
  ],
  decisions: [
    { decision: 'approve', from: 0 },
    { decision: 'review', from: 0.3 },
    { decision: 'block', from: 0.8 },
  ],
  reasons: {
    amount: { words: 'amount of the payment' },
    during_weekend: { words: 'payment on a weekend' },
    during_night: { words: 'payment at night' },
    terminal_risk_1d: { words: 'share of fraud at the terminal in 1 day' },
    terminal_risk_7d: { words: 'share of fraud at the terminal in 7 days' },
    terminal_risk_30d: { words: 'share of fraud at the terminal in 30 days' },
  },
})

/** Whole weeks are compared, so that each window holds every day of the week; the first ones lack history. */
export const drift = defineMonitor({ window: days(7), warmUp: days(37) })

export default definePipeline({
  name: 'card-fraud',
  events: [transaction, label],
  views: [customer, terminal],
  onDemand: payment,
  model: cardFraud,
  monitor: drift,
  outcome: { source: label, field: 'isFraud' },
})
