import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borderCases } from '../../src/oracle/border-cases.ts'
import { handbookFeatures } from '../../src/oracle/handbook-oracle.ts'

const DAY = 86_400_000
const probeTime = Date.UTC(2018, 5, 6, 12)
const { transactions, labels } = borderCases(probeTime)
const features = handbookFeatures(transactions, labels)

/** The features of the last transaction of a customer. */
function probeOf(customerId: string) {
  return features[transactions.findLastIndex(transaction => transaction.customerId === customerId)]!
}

test('transactions are in the order of time, end with the probes, and have ids and amounts of their own', () => {
  const times = transactions.map(({ occurredAt }) => occurredAt)
  assert.deepStrictEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  assert.equal(times.at(-1), probeTime)
  assert.equal(new Set(transactions.map(({ transactionId }) => transactionId)).size, transactions.length)
  assert.equal(new Set(transactions.map(({ amount }) => amount)).size, transactions.length)
})

test('every transaction has a label that is known 7 days later', () => {
  const expected = transactions.map(({ transactionId, customerId, terminalId, occurredAt }) => ({
    transactionId,
    customerId,
    terminalId,
    knownAt: occurredAt + 7 * DAY,
  }))
  assert.deepStrictEqual(
    labels.map(({ isFraud: _, ...rest }) => rest),
    expected,
  )
})

for (const days of [1, 7, 30] as const) {
  test(`the window of ${days} days of a customer is probed on both sides of its border`, () => {
    const counts = [1_000, 0, -1_000].map(side => probeOf(`lone-customer-${days * DAY + side}`))
    assert.deepStrictEqual(
      counts.map(row => row[`customer_count_${days}d`]),
      [1, 1, 2],
    )
  })

  test(`the window of ${days} days of a terminal is probed on both sides of both borders`, () => {
    const risks = [7, 7 + days].map(border =>
      [1_000, 0, -1_000].map(
        side => probeOf(`lone-customer-${border * DAY + side}`)[`terminal_risk_${days}d`],
      ),
    )
    assert.deepStrictEqual(risks, [
      [1, 1, 0],
      [0, 0, 1],
    ])
  })
}

test('transactions within one second see those before them, now and at every border', () => {
  const tied = transactions.flatMap(({ customerId, occurredAt }, index) =>
    customerId === 'tied-customer' && occurredAt === probeTime ? [features[index]!.customer_count_30d] : [],
  )
  assert.deepStrictEqual(tied, [tied[0], tied[0]! + 1, tied[0]! + 2])
})
