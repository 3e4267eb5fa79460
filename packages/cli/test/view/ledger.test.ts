import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger, type Outcome, type SentEntry } from '../../src/view/ledger.ts'

const REFUSED: Outcome = { kind: 'dead-lettered' }

function entry(sentAt: number): SentEntry {
  return { event: { id: `${sentAt}` }, sentAt, isLive: false }
}

test('an event is settled once, by its first outcome', () => {
  const ledger = new Ledger()
  const origin = { partition: 1, offset: 7 }
  assert.equal(ledger.sent(origin, entry(5)), undefined)
  assert.equal(ledger.pending, 1)
  assert.deepStrictEqual(ledger.settle(origin, REFUSED), { origin, entry: entry(5), outcome: REFUSED })
  assert.equal(ledger.settle(origin, REFUSED), undefined)
  assert.equal(ledger.pending, 0)
})

test('an outcome that comes before the acknowledgement waits for it', () => {
  const ledger = new Ledger()
  const origin = { partition: 0, offset: 0 }
  assert.equal(ledger.settle(origin, REFUSED), undefined)
  assert.deepStrictEqual(ledger.sent(origin, entry(1)), { origin, entry: entry(1), outcome: REFUSED })
  assert.equal(ledger.pending, 0)
})

test('records of others settle nothing', () => {
  const ledger = new Ledger()
  ledger.sent({ partition: 0, offset: 9 }, entry(1))
  assert.equal(ledger.settle({ partition: 0, offset: 3 }, REFUSED), undefined)
  assert.equal(ledger.settle({ partition: 2, offset: 9 }, REFUSED), undefined)
  assert.equal(ledger.pending, 1)
})

test('the oldest event without an outcome is known', () => {
  const ledger = new Ledger()
  assert.equal(ledger.oldestSentAt, undefined)
  for (const sentAt of [10, 20]) ledger.sent({ partition: 0, offset: sentAt }, entry(sentAt))
  assert.equal(ledger.oldestSentAt, 10)
  ledger.settle({ partition: 0, offset: 10 }, REFUSED)
  assert.equal(ledger.oldestSentAt, 20)
})
