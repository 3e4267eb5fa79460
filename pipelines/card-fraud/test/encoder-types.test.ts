import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cyclical,
  defineEncoders,
  defineEvent,
  defineModel,
  defineOnDemand,
  double,
  hashing,
  interactions,
  log1p,
  oneHot,
  ordinal,
  product,
  standardScale,
  text,
  timestamp,
} from '@millrace/core'
import { customer, payment, transaction } from '../pipeline.ts'

// Each mistake below must be a compile error: `tsc` fails where one is not.

const parts = { source: transaction, from: [payment, customer] } as const

test('the inputs of an encoder are fields, features of the parts, or other encoders', () => {
  const encoders = defineEncoders({
    ...parts,
    features: {
      amount_log: log1p('amount'),
      amount_z: standardScale('amount_log'),
      mean_log: log1p('customer_mean_amount_1d'),
      terminal_bucket: hashing('terminalId', { buckets: 64 }),
    },
  })
  assert.deepStrictEqual(encoders.features.amount_z.inputs, ['amount_log'])
  // @ts-expect-error no such field or feature
  defineEncoders({ ...parts, features: { amount_log: log1p('amuont') } })
  // @ts-expect-error a feature of a view that is not among the parts
  defineEncoders({ ...parts, features: { risk: log1p('terminal_risk_1d') } })
  // @ts-expect-error no such encoder
  defineEncoders({ ...parts, features: { amount_log: log1p('amount'), z: standardScale('amount_lg') } })
})

test('an encoder that calculates takes no text field', () => {
  defineEncoders({ ...parts, features: { terminal: ordinal('terminalId') } })
  // @ts-expect-error a text has no logarithm
  defineEncoders({ ...parts, features: { terminal: log1p('terminalId') } })
  // @ts-expect-error a text has no product
  defineEncoders({ ...parts, features: { product: product(['amount', 'terminalId']) } })
})

test('the names of columns are known', () => {
  const encoders = defineEncoders({
    ...parts,
    features: {
      ...oneHot('terminalId', { categories: ['t1', 't2'], name: 'terminal', unseen: 'column' }),
      ...cyclical('occurredAt', { name: 'day', period: 86_400_000 }),
      ...interactions(['amount', 'during_night', 'during_weekend']),
    },
  })
  const model = { name: 'model', path: 'models', features: [payment, encoders], decisions: [] } as const
  const inputs = [
    'amount',
    'terminal_t1',
    'terminal_t2',
    'terminal_other',
    'day_sin',
    'day_cos',
    'amount_x_during_night',
    'during_night_x_during_weekend',
  ] as const
  assert.deepStrictEqual(defineModel({ ...model, inputs }).inputs, inputs)
  // @ts-expect-error no such category
  defineModel({ ...model, inputs: ['terminal_t3'] })
  // @ts-expect-error a missing value has no column of its own
  defineModel({ ...model, inputs: ['terminal_missing'] })
  // @ts-expect-error the other way round
  defineModel({ ...model, inputs: ['during_night_x_amount'] })
})

test('options are spelt as they are declared', () => {
  hashing('terminalId', { buckets: 3 })
  // @ts-expect-error no buckets
  hashing('terminalId', { bukcets: 3 })
  // @ts-expect-error no such option
  oneHot('terminalId', { categories: ['t1'], unsen: 'column' })
  // @ts-expect-error no such outcome
  oneHot('terminalId', { categories: ['t1'], unseen: 'error' })
})

test('an optional field may be null, and names nothing', () => {
  const fields = {
    id: text('id'),
    at: timestamp('time'),
    note: text('note', { optional: true }),
    degrees: double('degrees', { optional: true }),
  }
  const event = { name: 'reading', topic: 'readings', fields, key: 'id', id: 'id', eventTime: 'at' } as const
  const reading = defineEvent(event)
  // @ts-expect-error the key may be missing
  defineEvent({ ...event, key: 'note' })
  defineOnDemand({ source: reading, features: { degrees: ({ degrees }) => degrees } })
  // @ts-expect-error it may be null
  defineOnDemand({ source: reading, features: { twice: ({ degrees }) => degrees.valueOf() } })
  // @ts-expect-error no such option
  text('note', { optinal: true })
})
