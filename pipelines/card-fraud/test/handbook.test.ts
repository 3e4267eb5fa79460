import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDBOOK_FEATURES, handbookRowToEvents } from '../handbook.ts'
import { cardFraud } from '../pipeline.ts'

const row = {
  TRANSACTION_ID: '0',
  TX_DATETIME: '2018-04-01 07:19:05',
  CUSTOMER_ID: '0',
  TERMINAL_ID: '6076',
  TX_AMOUNT: '123.59',
  TX_TIME_SECONDS: '26345',
  TX_TIME_DAYS: '0',
  TX_FRAUD: '0',
  TX_FRAUD_SCENARIO: '0',
}

const occurredAt = Date.UTC(2018, 3, 1, 7, 19, 5)
const transaction = { transactionId: '0', occurredAt, customerId: '0', terminalId: '6076', amount: 123.59 }

test('a row of texts becomes a transaction and a label that is known 7 days later', () => {
  assert.deepStrictEqual(handbookRowToEvents(row), {
    transaction,
    label: {
      transactionId: '0',
      customerId: '0',
      terminalId: '6076',
      isFraud: false,
      knownAt: occurredAt + 7 * 86_400_000,
    },
  })
})

test('a row of numbers gives the same events as a row of texts', () => {
  const numbers = {
    ...row,
    TRANSACTION_ID: 0,
    CUSTOMER_ID: 0,
    TERMINAL_ID: 6076,
    TX_AMOUNT: 123.59,
    TX_FRAUD: 0,
  }
  assert.deepStrictEqual(handbookRowToEvents(numbers), handbookRowToEvents(row))
})

test('a row without TX_FRAUD has no label', () => {
  const { TX_FRAUD: _, ...unlabelled } = row
  assert.deepStrictEqual(handbookRowToEvents(unlabelled), { transaction })
  assert.deepStrictEqual(handbookRowToEvents({ ...row, TX_FRAUD: '' }), { transaction })
  assert.deepStrictEqual(handbookRowToEvents({ ...row, TX_FRAUD: null }), { transaction })
})

test('fraud is read from 0 and 1 and from truth values, and anything else stays as it is', () => {
  const read = (value: unknown) => handbookRowToEvents({ ...row, TX_FRAUD: value }).label?.isFraud
  assert.deepStrictEqual([1, '1', true, 'True', 0, false].map(read), [true, true, true, true, false, false])
  assert.equal(read('maybe'), 'maybe')
})

test('an amount of 0 is valid', () => {
  assert.equal(handbookRowToEvents({ ...row, TX_AMOUNT: '0.00' }).transaction.amount, 0)
  assert.equal(handbookRowToEvents({ ...row, TX_AMOUNT: 0 }).transaction.amount, 0)
})

test('an amount that is no number stays as it is', () => {
  for (const amount of ['abc', '0x10', '1,5', 'NaN', true]) {
    assert.equal(handbookRowToEvents({ ...row, TX_AMOUNT: amount }).transaction.amount, amount)
  }
})

test('a time without a zone is UTC, and a zone is respected', () => {
  const read = (value: string) => handbookRowToEvents({ ...row, TX_DATETIME: value }).transaction.occurredAt
  const same = [
    '2018-04-01T07:19:05',
    '2018-04-01T07:19:05Z',
    '2018-04-01T07:19:05.000000',
    '2018-04-01T09:19:05+02:00',
    '2018-04-01 02:49:05 -0430',
  ]
  for (const text of same) assert.equal(read(text), occurredAt, text)
  assert.equal(read('2018-04-01 07:19:05.1239'), occurredAt + 123)
  assert.equal(read('2018-04-01'), Date.UTC(2018, 3, 1))
})

test('a time that cannot be read stays as it is, in the label too', () => {
  for (const text of ['yesterday', '2018-02-30 00:00:00', '2018-04-01 24:00:00', '2018-13-01']) {
    const events = handbookRowToEvents({ ...row, TX_DATETIME: text })
    assert.equal(events.transaction.occurredAt, text)
    assert.equal(events.label?.knownAt, text)
  }
  assert.equal(handbookRowToEvents({ ...row, TX_DATETIME: occurredAt }).transaction.occurredAt, occurredAt)
})

test('a missing column is missing in the events', () => {
  const { CUSTOMER_ID: _, ...anonymous } = row
  const { customerId: __, ...rest } = transaction
  assert.deepStrictEqual(handbookRowToEvents({ ...anonymous, TX_FRAUD: '' }).transaction, rest)
})

test('a row without any known column is passed on whole', () => {
  const unreadable = { unreadable: '{"TRANSACTION_ID": 1,' }
  assert.deepStrictEqual(handbookRowToEvents(unreadable), { transaction: unreadable })
})

test('the features have the order of the model inputs', () => {
  assert.deepStrictEqual(Object.keys(HANDBOOK_FEATURES), cardFraud.inputs)
})
