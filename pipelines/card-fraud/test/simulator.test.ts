import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY_MS, LABEL_DELAY_MS, type RawLabel } from '../raw-events.ts'
import { type SimulatedEvent, type SimulatorOptions, simulate, simulateDays } from '../simulator.ts'

const start = Date.UTC(2018, 3, 1)
const small: SimulatorOptions = { seed: 7, customers: 100, terminals: 1_000, start }

function simulated(days: number, options: Partial<SimulatorOptions> = {}): SimulatedEvent[] {
  return [...simulate({ ...small, ...options, days })]
}

function transactions(days: number, options: Partial<SimulatorOptions> = {}) {
  return [...simulateDays({ ...small, ...options, days })].flat()
}

function timeOf(item: SimulatedEvent): number {
  return item.type === 'label' ? item.event.knownAt : item.event.occurredAt
}

test('the same seed gives the same stream, and another seed another one', () => {
  assert.deepStrictEqual(simulated(10), simulated(10))
  assert.notDeepStrictEqual(simulated(10, { seed: 8 }), simulated(10))
})

test('a longer simulation begins with the whole of a shorter one', () => {
  const short = simulated(20)
  assert.deepStrictEqual(simulated(50).slice(0, short.length), short)
})

test('an endless simulation begins with the whole of a bounded one', () => {
  const bounded = simulated(9)
  const endless = simulate(small)
  assert.deepStrictEqual(
    bounded.map(() => endless.next().value),
    bounded,
  )
})

test('events come in the order of their event times, labels first', () => {
  const events = simulated(30)
  for (const [index, item] of events.slice(1).entries()) {
    const before = events[index]!
    assert.ok(timeOf(before) <= timeOf(item))
    if (timeOf(before) === timeOf(item)) assert.ok(before.type === 'label' || item.type === 'transaction')
  }
})

test('a label comes before a transaction of the same millisecond', () => {
  const events = simulated(20, { customers: 2_000 })
  const meetings = events.filter(
    (item, index) => index > 0 && isLabelMeetingTransaction(events[index - 1]!, item),
  )
  assert.ok(meetings.length > 100)
})

function isLabelMeetingTransaction(before: SimulatedEvent, item: SimulatedEvent): boolean {
  return before.type === 'label' && item.type === 'transaction' && timeOf(before) === timeOf(item)
}

test('transactions of one second are ordered by customer, and ids count the transactions', () => {
  const all = transactions(10, { customers: 2_000 }).map(({ transaction }) => transaction)
  assert.deepStrictEqual(
    all.map(({ transactionId }) => transactionId),
    all.map((_, index) => String(index)),
  )
  const ordered = all.toSorted(
    (a, b) => a.occurredAt - b.occurredAt || Number(a.customerId) - Number(b.customerId),
  )
  assert.deepStrictEqual(all, ordered)
})

test('every transaction of all but the last 7 days has one label, 7 days later', () => {
  const events = simulated(40)
  const expected = transactions(33).map(({ transaction, scenario }) => ({
    transactionId: transaction.transactionId,
    customerId: transaction.customerId,
    terminalId: transaction.terminalId,
    isFraud: scenario !== 0,
    knownAt: transaction.occurredAt + LABEL_DELAY_MS,
  }))
  assert.deepStrictEqual(labelsOf(events), expected)
})

function labelsOf(events: readonly SimulatedEvent[]): RawLabel[] {
  return events.filter(item => item.type === 'label').map(({ event }) => event)
}

test('times are whole seconds within their day, amounts whole cents and never negative', () => {
  for (const [day, list] of [...simulateDays({ ...small, days: 20 })].entries()) {
    for (const { transaction } of list) {
      const second = (transaction.occurredAt - start - day * DAY_MS) / 1_000
      assert.ok(Number.isInteger(second) && second > 0 && second < 86_400)
      assert.equal(transaction.amount, Math.round(transaction.amount * 100) / 100)
      assert.ok(transaction.amount >= 0)
    }
  }
})

test('the population of the handbook makes about as many transactions and frauds as the handbook published', () => {
  const days = [...simulateDays({ seed: 1, customers: 5_000, terminals: 10_000, start, days: 60 })]
  const all = days.flat()
  const mature = days.slice(30).flat()
  const meanAmount = all.reduce((sum, { transaction }) => sum + transaction.amount, 0) / all.length
  assertBetween(all.length / 60, 9_250, 9_850)
  assertBetween(meanAmount, 52.5, 54.8)
  assertBetween(
    share(mature, scenario => scenario === 1),
    0.0004,
    0.0007,
  )
  assertBetween(
    share(mature, scenario => scenario === 2),
    0.0048,
    0.0064,
  )
  assertBetween(
    share(mature, scenario => scenario === 3),
    0.0021,
    0.0033,
  )
})

test('a smaller population keeps the share of frauds', () => {
  const all = transactions(200, { customers: 1_000, terminals: 2_000 })
  assertBetween(
    share(all, scenario => scenario !== 0),
    0.0065,
    0.0105,
  )
})

function share(list: ReturnType<typeof transactions>, chosen: (scenario: number) => boolean): number {
  return list.filter(({ scenario }) => chosen(scenario)).length / list.length
}

function assertBetween(value: number, low: number, high: number): void {
  assert.ok(value >= low && value <= high, `${value} is not between ${low} and ${high}`)
}

const nobody = { terminalsPerDay: 0, customersPerDay: 0 }

test('without compromises exactly the amounts above 220 are fraud', () => {
  for (const { transaction, scenario } of transactions(100, { fraud: nobody })) {
    assert.equal(scenario, transaction.amount > 220 ? 1 : 0)
  }
})

test('a compromised terminal makes every transaction at it fraud for 28 days', () => {
  const fraud = { terminalsPerDay: 1, customersPerDay: 0 }
  const days = [...simulateDays({ ...small, customers: 1_000, terminals: 100, radius: 20, fraud, days: 80 })]
  const compromised = days.map(list => idsOf(list, 2))
  for (const [day, list] of days.entries()) {
    for (const { transaction, scenario } of list) {
      if (compromised[day]!.has(transaction.terminalId)) assert.equal(scenario, 2)
    }
  }
  const onDay = compromised.slice(28).map(ids => ids.size)
  assertBetween(onDay.reduce((sum, size) => sum + size, 0) / onDay.length, 20, 28)
})

function idsOf(list: ReturnType<typeof transactions>, wanted: number): Set<string> {
  return new Set(
    list.filter(({ scenario }) => scenario === wanted).map(({ transaction }) => transaction.terminalId),
  )
}

test('a thief makes a third of the transactions of a compromised customer, five times as high', () => {
  const honest = transactions(60, { fraud: nobody })
  const stolen = transactions(60, { fraud: { terminalsPerDay: 0, customersPerDay: 2 } })
  const hit = stolen.map((item, index) => ({ ...item, honestAmount: honest[index]!.transaction.amount }))
  const byThief = hit.filter(({ scenario }) => scenario === 3)
  const factors = byThief.filter(item => item.honestAmount > 0).map(factorOf)
  for (const factor of factors) assert.ok([5, 25, 125].includes(factor), `factor ${factor}`)
  // 2 customers a day for 14 days, a third of their transactions: 28 / 3 of 100 customers at a time.
  assertBetween(byThief.length / hit.length, 0.05, 0.12)
})

function factorOf(item: { transaction: { amount: number }; honestAmount: number }): number {
  return Math.round((item.transaction.amount / item.honestAmount) * 1_000) / 1_000
}

test('drift scales the genuine amounts from its day on, and nothing else', () => {
  const plain = transactions(20)
  const drifted = transactions(20, { drift: { fromDay: 10, amountFactor: 3 } })
  const expected = plain.map(item => {
    const isDrifted = item.scenario === 0 && item.transaction.occurredAt >= start + 10 * DAY_MS
    const amount = Math.round(item.transaction.amount * 100 * (isDrifted ? 3 : 1)) / 100
    return { ...item, transaction: { ...item.transaction, amount } }
  })
  assert.deepStrictEqual(drifted, expected)
})
