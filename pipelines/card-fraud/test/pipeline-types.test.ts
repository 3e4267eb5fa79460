import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  count,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineOnDemand,
  hours,
  mean,
  min,
  ratio,
  text,
  timestamp,
} from '@millrace/core'
import { customer, label, payment, transaction } from '../pipeline.ts'

// Each mistake below must be a compile error: `tsc` fails where one is not.

const window = { window: hours(1) }
const fields = { id: text('id'), at: timestamp('time'), card: text('card') }
const event = { name: 'event', topic: 'events', fields, key: 'card', id: 'id', eventTime: 'at' } as const
const view = { name: 'view', sources: [transaction], entity: 'customerId', features: {} } as const
const model = { name: 'model', path: 'models', features: [payment, customer], decisions: [] } as const

test('the roles of an event are fields of the right kind', () => {
  defineEvent(event)
  // @ts-expect-error no such field
  defineEvent({ ...event, key: 'kard' })
  // @ts-expect-error a time is no id
  defineEvent({ ...event, id: 'at' })
  // @ts-expect-error a text is no event time
  defineEvent({ ...event, eventTime: 'id' })
})

test('an aggregation has a field that it can aggregate', () => {
  mean(transaction, 'amount', window)
  ratio(label, 'isFraud', window)
  // @ts-expect-error no such field
  mean(transaction, 'amuont', window)
  // @ts-expect-error a text has no mean
  mean(transaction, 'customerId', window)
  // @ts-expect-error an amount is no flag
  ratio(transaction, 'amount', window)
  // @ts-expect-error a window is a length, not a number
  assert.throws(() => count(transaction, hours(1)), TypeError)
  // @ts-expect-error a filter reads fields that there are
  count(transaction, window, { where: ({ amuont }) => amuont > 1 })
  // @ts-expect-error a text has no smallest value
  min(transaction, 'customerId', window)
  // @ts-expect-error a mean is a number, also when it is empty
  mean(transaction, 'amount', window, { whenEmpty: 'none' })
})

test('the entity of a view is a text field of every source', () => {
  defineFeatureView({ ...view, sources: [transaction, label], entity: 'terminalId' })
  // @ts-expect-error no such field
  defineFeatureView({ ...view, entity: 'custmerId' })
  // @ts-expect-error an amount names no entity
  defineFeatureView({ ...view, entity: 'amount' })
})

test('on-demand features read fields that there are', () => {
  defineOnDemand({ source: transaction, features: { amount: ({ amount }) => amount } })
  // @ts-expect-error no such field
  defineOnDemand({ source: transaction, features: { amount: ({ amuont }) => amuont } })
  // @ts-expect-error a feature is a number
  defineOnDemand({ source: transaction, features: { amount: ({ customerId }) => customerId } })
})

test('the inputs of a model are features of its parts', () => {
  assert.deepStrictEqual(defineModel({ ...model, inputs: ['amount', 'customer_count_1d'] }).inputs, [
    'amount',
    'customer_count_1d',
  ])
  // @ts-expect-error no such feature
  defineModel({ ...model, inputs: ['customer_cuont_1d'] })
  // @ts-expect-error a feature of a view that is not among the parts
  defineModel({ ...model, inputs: ['terminal_count_1d'] })
})
