import type { OracleLabel, OracleTransaction } from './handbook-oracle.ts'

export interface BorderLabel extends OracleLabel {
  readonly customerId: string
  readonly terminalId: string
}

export interface BorderCases {
  /** In the order of their times; those of one second in the order in which they happened. */
  readonly transactions: readonly OracleTransaction[]
  /** One for each transaction, known 7 days later, in the order of the transactions. */
  readonly labels: readonly BorderLabel[]
}

/** A transaction before it has a place in the stream. `ageMs` is how long before the probe it happened. */
interface Draft {
  readonly ageMs: number
  readonly customer: string
  readonly terminal: string
  readonly isFraud: boolean
}

const DAY = 86_400_000
const SECOND = 1_000
const DELAY_DAYS = 7

/** The ages at which a transaction enters or leaves a customer's window or, a week later, a terminal's. */
const BORDER_DAYS = [1, 7, 30, DELAY_DAYS, DELAY_DAYS + 1, DELAY_DAYS + 7, DELAY_DAYS + 30]

/** Just outside, on, and just inside of a border. */
const SIDES = [SECOND, 0, -SECOND]

/**
 * Makes a data set on which every off-by-one of a window shows: for each border of a window one customer and one
 * terminal with a transaction on it and one second to both sides of it, one customer and terminal with all
 * borders at once, and several transactions within one second, now and at each border. The last transactions, the
 * probes, happen at `probeTime` (epoch milliseconds).
 */
export function borderCases(probeTime: number): BorderCases {
  const drafts = [...singleBorders(), ...allBorders(), ...ties()].map((draft, index) => ({ ...draft, index }))
  const ordered = drafts.sort((a, b) => b.ageMs - a.ageMs || a.index - b.index)
  const rows = ordered.map((draft, position) => ({
    isFraud: draft.isFraud,
    transaction: {
      transactionId: `border-${position}`,
      occurredAt: probeTime - draft.ageMs,
      customerId: draft.customer,
      terminalId: draft.terminal,
      // Every amount differs, so that a mean tells which transactions it is made of.
      amount: (1_001 + 7 * position) / 100,
    },
  }))
  return {
    transactions: rows.map(row => row.transaction),
    labels: rows.map(row => labelOf(row.transaction, row.isFraud)),
  }
}

/** Each border and side has entities of its own, with one transaction there and one probe. */
function singleBorders(): Draft[] {
  return borders().flatMap(ageMs => {
    const lone = { customer: `lone-customer-${ageMs}`, terminal: `lone-terminal-${ageMs}` }
    return [
      { ...lone, ageMs, isFraud: true },
      { ...lone, ageMs: 0, isFraud: false },
    ]
  })
}

/** One customer at one terminal with a transaction at every border and side; every other one is fraud. */
function allBorders(): Draft[] {
  const busy = { customer: 'busy-customer', terminal: 'busy-terminal' }
  return [...borders(), 0].map((ageMs, index) => ({ ...busy, ageMs, isFraud: index % 2 === 0 }))
}

/** Three transactions within one second, now and at each border: of one customer, and at one terminal. */
function ties(): Draft[] {
  return [0, ...borders()].flatMap(ageMs => [
    { ageMs, customer: 'tied-customer', terminal: 'tied-terminal', isFraud: true },
    { ageMs, customer: 'tied-customer', terminal: 'other-terminal', isFraud: false },
    { ageMs, customer: 'tied-customer', terminal: 'tied-terminal', isFraud: false },
    { ageMs, customer: 'other-customer', terminal: 'tied-terminal', isFraud: true },
  ])
}

function borders(): number[] {
  return [...new Set(BORDER_DAYS)].flatMap(days => SIDES.map(side => days * DAY + side))
}

function labelOf(transaction: OracleTransaction, isFraud: boolean): BorderLabel {
  const { transactionId, customerId, terminalId, occurredAt } = transaction
  return { transactionId, customerId, terminalId, isFraud, knownAt: occurredAt + DELAY_DAYS * DAY }
}
