import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  handbookFeatures,
  type OracleLabel,
  type OracleTransaction,
} from '../../src/oracle/handbook-oracle.ts'

const DAY = 86_400_000
const SECOND = 1_000
/** A Wednesday, 12:00:00. */
const NOON = Date.UTC(2018, 5, 6, 12)

let nextId = 0

function payment(occurredAt: number, fields: Partial<OracleTransaction> = {}): OracleTransaction {
  return {
    transactionId: `t${nextId++}`,
    occurredAt,
    customerId: 'c',
    terminalId: 't',
    amount: 10,
    ...fields,
  }
}

function outcome({ transactionId, occurredAt }: OracleTransaction, isFraud: boolean): OracleLabel {
  return { transactionId, isFraud, knownAt: occurredAt + 7 * DAY }
}

test('the features of a small history are those computed by hand', () => {
  const atTerminal = (age: number) => payment(NOON - age, { customerId: 'other' })
  const ofCustomer = (age: number, amount: number) => payment(NOON - age, { terminalId: 'other', amount })
  const terminal = [atTerminal(37 * DAY), atTerminal(20 * DAY), atTerminal(10 * DAY), atTerminal(7 * DAY)]
  const customer = [
    ofCustomer(30 * DAY, 1_000),
    ofCustomer(29 * DAY, 0.3),
    ofCustomer(3 * DAY, 40),
    ofCustomer(6_000, 20.5),
  ]
  const transactions = [...terminal, ...customer, payment(NOON, { amount: 99.99 })]
  const labels = terminal.map((transaction, index) => outcome(transaction, index % 2 === 0))
  assert.deepStrictEqual(handbookFeatures(transactions, labels).at(-1), {
    amount: 99.99,
    during_weekend: 0,
    during_night: 0,
    customer_count_1d: 2,
    customer_mean_amount_1d: 60.245,
    customer_count_7d: 3,
    customer_mean_amount_7d: 16049 / 300,
    customer_count_30d: 4,
    customer_mean_amount_30d: 40.1975,
    terminal_count_1d: 1,
    terminal_risk_1d: 0,
    terminal_count_7d: 2,
    terminal_risk_7d: 0.5,
    terminal_count_30d: 3,
    terminal_risk_30d: 1 / 3,
  })
})

for (const days of [1, 7, 30] as const) {
  test(`a customer's transaction ${days} days earlier is out of the window, one second later it is in`, () => {
    const counts = [-SECOND, 0, SECOND].map(later => {
      const early = payment(NOON - days * DAY + later, { amount: 30 })
      const [, last] = handbookFeatures([early, payment(NOON)], [])
      return [last![`customer_count_${days}d`], last![`customer_mean_amount_${days}d`]]
    })
    assert.deepStrictEqual(counts, [
      [1, 10],
      [1, 10],
      [2, 20],
    ])
  })

  test(`a terminal's transaction is in the ${days} day window from 7 days on and before ${7 + days} days`, () => {
    const counts = [7, 7 + days].map(border =>
      [-SECOND, 0, SECOND].map(later => {
        const early = payment(NOON - border * DAY + later)
        const [, last] = handbookFeatures([early, payment(NOON)], [outcome(early, true)])
        assert.equal(last![`terminal_risk_${days}d`], last![`terminal_count_${days}d`])
        return last![`terminal_count_${days}d`]
      }),
    )
    assert.deepStrictEqual(counts, [
      [1, 1, 0],
      [0, 0, 1],
    ])
  })
}

test('of several transactions of a customer in one second each sees itself and those before it', () => {
  const tied = [10, 20, 60].map(amount => payment(NOON, { amount }))
  const seen = handbookFeatures(tied, []).map(row => [row.customer_count_1d, row.customer_mean_amount_1d])
  assert.deepStrictEqual(seen, [
    [1, 10],
    [2, 15],
    [3, 30],
  ])
})

test('transactions at a terminal exactly 7 days earlier all count, whatever their order', () => {
  const tied = ['a', 'b', 'c'].map(customerId => payment(NOON - 7 * DAY, { customerId }))
  const labels = tied.map((transaction, index) => outcome(transaction, index === 2))
  const last = handbookFeatures([...tied, payment(NOON)], labels).at(-1)!
  assert.deepStrictEqual([last.terminal_count_1d, last.terminal_risk_1d], [3, 1 / 3])
})

test('a fraud that is not known yet does not count as fraud', () => {
  const early = payment(NOON - 8 * DAY + SECOND)
  const riskKnownAt = (knownAt: number) =>
    handbookFeatures([early, payment(NOON)], [{ ...outcome(early, true), knownAt }]).at(-1)!.terminal_risk_7d
  assert.deepStrictEqual([NOON, NOON + 1].map(riskKnownAt), [1, 0])
})

test('weekend is Saturday and Sunday, and night lasts until 06:59:59', () => {
  const flags = (time: number) => {
    const [row] = handbookFeatures([payment(time)], [])
    return [row!.during_weekend, row!.during_night]
  }
  assert.deepStrictEqual(flags(Date.UTC(2018, 5, 8, 23, 59, 59)), [0, 0])
  assert.deepStrictEqual(flags(Date.UTC(2018, 5, 9, 0, 0, 0)), [1, 1])
  assert.deepStrictEqual(flags(Date.UTC(2018, 5, 10, 6, 59, 59)), [1, 1])
  assert.deepStrictEqual(flags(Date.UTC(2018, 5, 10, 7, 0, 0)), [1, 0])
  assert.deepStrictEqual(flags(Date.UTC(2018, 5, 11, 7, 0, 0)), [0, 0])
})
