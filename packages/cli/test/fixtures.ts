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
  money,
  type Prediction,
  text,
  timestamp,
} from '@millrace/core'
import type { ViewState } from '../src/view/view-state.ts'

/** A payment of a small pipeline. */
export const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  key: 'card',
  id: 'paymentId',
  eventTime: 'at',
  fields: { paymentId: text('id'), card: text('card'), at: timestamp('when'), amount: money('EUR') },
})

/** What became of a payment. */
export const outcome = defineEvent({
  name: 'outcome',
  topic: 'outcomes',
  key: 'card',
  id: 'paymentId',
  eventTime: 'at',
  fields: { paymentId: text('id'), card: text('card'), at: timestamp('when'), isFraud: flag('fraud') },
})

const amount = defineOnDemand({ source: payment, features: { amount: event => event.amount } })

const card = defineFeatureView({
  name: 'card',
  entity: 'card',
  sources: [payment],
  features: { payments_1d: count(payment, { window: days(1) }) },
})

export const pipeline = definePipeline({
  name: 'small',
  events: [payment, outcome],
  views: [card],
  onDemand: amount,
  model: defineModel({
    name: 'small_model',
    path: 'models',
    features: [amount, card],
    inputs: ['amount', 'payments_1d'],
    decisions: [
      { decision: 'approve', from: 0 },
      { decision: 'block', from: 0.5 },
    ],
  }),
  monitor: defineMonitor({ window: days(1) }),
  outcome: { source: outcome, field: 'isFraud' },
})

export function predictionOf(id: string, changes: Partial<Prediction> = {}): Prediction {
  return {
    via: 'stream',
    id,
    eventTime: 0,
    entities: { card: 'c' },
    score: 0.1,
    decision: 'approve',
    features: { amount: 1, payments_1d: 1 },
    featureTimes: { card: 0 },
    truncated: false,
    version: 1,
    model: { name: 'small_model', version: '1', digest: '0'.repeat(64) },
    origin: { partition: 0, offset: 0 },
    parent: { partition: 0, input: 0, via: 0, offset: 0 },
    ...changes,
  }
}

const JANUARY = Date.UTC(2026, 0, 1)

/** A run in the middle of its work. */
export const VIEW_STATE: ViewState = {
  pipeline: 'small',
  input: {
    name: 'simulation',
    firstEventTime: JANUARY,
    historyEnd: JANUARY + days(10),
    size: 200,
    hasLabels: true,
  },
  order: 'arrival',
  phase: 'live',
  clockTime: JANUARY + days(12),
  speed: 43_200,
  totals: {
    sent: 1_100,
    counted: 100,
    eventTime: JANUARY + days(12),
    predictions: 1_050,
    deadLetters: {},
    hits: { caught: 3, missed: 2, falseAlarms: 1, labelled: 900 },
    latency: { count: 80, p50: 8.4, p99: 1_234 },
    drift: { verdicts: {}, latest: undefined, retrainingRequests: [] },
  },
  predictionsPerSecond: 950.4,
  stages: [
    { stage: 'ingest-payment', records: 1_100, recordsPerSecond: 951, lag: 0 },
    { stage: 'score', records: 1_050, recordsPerSecond: 950.4, lag: 50 },
  ],
}
