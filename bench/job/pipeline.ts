/**
 * The job of the rivals' harness: customer count and mean over 1, 7 and 30 days, an ONNX model, predictions with their
 * features to a topic. Topics and the run's name come from the harness.
 */
import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  hourOfDay,
  integer,
  isWeekend,
  mean,
  money,
  timestamp,
} from '@millrace/core'

const { IN_TOPIC = 'transactions', OUT_TOPIC, GROUP = 'job', MODEL_FOLDER = 'models' } = process.env

export const transaction = defineEvent({
  name: 'transaction',
  topic: IN_TOPIC,
  key: 'customerId',
  id: 'transactionId',
  eventTime: 'eventTime',
  fields: {
    transactionId: integer('running number'),
    eventTime: timestamp('when it happened', { maxAhead: days(10_000) }),
    customerId: integer('customer'),
    terminalId: integer('terminal'),
    amount: money('amount', { min: 0.01 }),
  },
})

const payment = defineOnDemand({
  source: transaction,
  features: {
    amount: event => event.amount,
    is_weekend: event => isWeekend(event.eventTime),
    is_night: event => (hourOfDay(event.eventTime) <= 6 ? 1 : 0),
  },
})

export const customer = defineFeatureView({
  name: 'customer',
  entity: 'customerId',
  sources: [transaction],
  features: {
    c1: count(transaction, { window: days(1) }),
    m1: mean(transaction, 'amount', { window: days(1) }),
    c7: count(transaction, { window: days(7) }),
    m7: mean(transaction, 'amount', { window: days(7) }),
    c30: count(transaction, { window: days(30) }),
    m30: mean(transaction, 'amount', { window: days(30) }),
  },
})

export default definePipeline({
  name: GROUP,
  events: [transaction],
  views: [customer],
  onDemand: payment,
  model: defineModel({
    name: 'job',
    path: MODEL_FOLDER,
    features: [payment, customer],
    inputs: ['amount', 'is_weekend', 'is_night', 'c1', 'm1', 'c7', 'm7', 'c30', 'm30'],
    decisions: [
      { decision: 'pass', from: 0 },
      { decision: 'stop', from: 0.5 },
    ],
  }),
  monitor: defineMonitor({ window: days(7) }),
  ...(OUT_TOPIC !== undefined && { predictionsTopic: OUT_TOPIC }),
})
