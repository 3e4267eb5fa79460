import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCleaning, defineEvent, money, text, timestamp } from '../../src/index.ts'

const payment = defineEvent({
  name: 'payment',
  topic: 'payments',
  key: 'card',
  id: 'id',
  eventTime: 'at',
  fields: {
    id: text('id'),
    at: timestamp('time'),
    card: text('card', { letterCase: 'upper' }),
    amount: money('amount', { default: 0 }),
  },
})
const NOW = Date.UTC(2026, 0, 1)
const RAW = { id: 'p1', at: NOW, card: 'C1', amount: 5 }
const clean = compileCleaning(payment)

test('a clean event has the declared fields and no others, in their order', () => {
  const { amount, ...others } = RAW
  const cleaning = clean({ unknown: 1, amount, ...others }, NOW)
  assert.deepStrictEqual(cleaning, { ok: true, event: RAW, corrected: [] })
  assert.deepStrictEqual(cleaning.ok && Object.keys(cleaning.event), ['id', 'at', 'card', 'amount'])
})

test('the fields that were changed are named', () => {
  assert.deepStrictEqual(clean({ id: ' p1', at: NOW, card: 'c1' }, NOW), {
    ok: true,
    event: { ...RAW, amount: 0 },
    corrected: ['id', 'card', 'amount'],
  })
})

test('the first field that cannot be cleaned rejects the record', () => {
  assert.deepStrictEqual(clean({ ...RAW, card: 7, amount: 'x' }, NOW), {
    ok: false,
    rejection: { reason: 'TYPE_MISMATCH', message: 'The field "card" must be text.' },
  })
})

test('what is no object is rejected', () => {
  for (const raw of [null, undefined, 'text', 5, true, [RAW]]) {
    assert.deepStrictEqual(clean(raw, NOW), {
      ok: false,
      rejection: { reason: 'NOT_AN_OBJECT', message: 'The record is no object with fields.' },
    })
  }
})

test('the raw value is not changed', () => {
  const raw = Object.freeze({ ...RAW, card: ' c1 ' })
  assert.equal(clean(raw, NOW).ok, true)
  assert.equal(raw.card, ' c1 ')
})

test('an optional field that is missing is null, which is no correction; an empty text is one', () => {
  const noted = defineEvent({
    name: 'noted',
    topic: 'noted',
    key: 'card',
    id: 'id',
    eventTime: 'at',
    fields: {
      ...payment.fields,
      note: text('note', { optional: true }),
      tip: money('tip', { optional: true }),
    },
  })
  assert.deepStrictEqual(compileCleaning(noted)({ ...RAW, note: '' }, NOW), {
    ok: true,
    event: { ...RAW, note: null, tip: null },
    corrected: ['note'],
  })
})
