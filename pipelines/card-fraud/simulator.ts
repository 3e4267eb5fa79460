import { DAY_MS, LABEL_DELAY_DAYS, LABEL_DELAY_MS, type RawLabel, type RawTransaction } from './raw-events.ts'
import { type DayTransaction, drawDay, type Scenario, type World } from './simulator/day.ts'
import { drawCustomers } from './simulator/population.ts'
import { PURPOSE } from './simulator/random.ts'

/** The handbook's population, for which its numbers of compromised terminals and customers are given. */
const HANDBOOK_CUSTOMERS = 5_000
const HANDBOOK_TERMINALS = 10_000

export interface SimulatorOptions {
  /** A whole number; its lowest 32 bits count. The same seed gives the same stream. */
  readonly seed: number
  readonly customers: number
  readonly terminals: number
  /** Epoch milliseconds of the first day's midnight. */
  readonly start: number
  /** How many days to simulate. Default: endless. A longer run begins with the whole of a shorter one. */
  readonly days?: number
  /** A customer uses the terminals nearer than this, on a plane of 100 × 100. Default 5. */
  readonly radius?: number
  readonly fraud?: FraudOptions
  readonly drift?: DriftOptions
}

export interface FraudOptions {
  /** Terminals newly compromised a day, for 28 days, on average. Default 2 for each 10,000 terminals. */
  readonly terminalsPerDay?: number
  /** Customers newly compromised a day, for 14 days, on average. Default 3 for each 5,000 customers. */
  readonly customersPerDay?: number
}

/** From a day on, the amounts of genuine transactions are another number of times what they were. */
export interface DriftOptions {
  /** Counted from 0. */
  readonly fromDay: number
  readonly amountFactor: number
}

export type SimulatedEvent =
  | { readonly type: 'transaction'; readonly event: RawTransaction }
  | { readonly type: 'label'; readonly event: RawLabel }

/** A transaction with the truth about it. */
export interface SimulatedTransaction {
  readonly transaction: RawTransaction
  readonly scenario: Scenario
}

/**
 * Simulates card payments after the Fraud Detection Handbook and yields transactions and labels in the order of
 * their event times: a label comes a week after its transaction, and before a transaction of the same
 * millisecond. Labels that become known after the last day are not part of the stream. Holds the
 * transactions of eight days in memory, however long it runs.
 *
 * It differs from the handbook where its rules need the end of the simulation or a look ahead: the last day
 * compromises terminals and customers like any other, and a thief makes each transaction of a customer with
 * probability 1/3, instead of exactly a third of them.
 */
export function* simulate(options: SimulatorOptions): Generator<SimulatedEvent, void, undefined> {
  const unlabelled: SimulatedTransaction[][] = []
  for (const today of simulateDays(options)) {
    unlabelled.push(today)
    const known = unlabelled.length > LABEL_DELAY_DAYS ? unlabelled.shift()! : []
    yield* mergeDay(known, today)
  }
}

/** Simulates the transactions alone, one day at a time, with the scenario of each. */
export function* simulateDays(options: SimulatorOptions): Generator<SimulatedTransaction[], void, undefined> {
  const world = createWorld(options)
  const days = options.days ?? Number.POSITIVE_INFINITY
  let nextId = 0
  for (let day = 0; day < days; day++) {
    const midnight = options.start + day * DAY_MS
    yield drawDay(world, day).map(drawn => ({
      transaction: toTransaction(drawn, nextId++, midnight),
      scenario: drawn.scenario,
    }))
  }
}

/** The label that the investigation of a transaction ends with. */
export function labelOf({ transaction, scenario }: SimulatedTransaction): RawLabel {
  const { transactionId, customerId, terminalId, occurredAt } = transaction
  return {
    transactionId,
    customerId,
    terminalId,
    isFraud: scenario !== 0,
    knownAt: occurredAt + LABEL_DELAY_MS,
  }
}

function createWorld(options: SimulatorOptions): World {
  const { seed, customers, terminals, radius = 5, fraud = {}, drift } = options
  return {
    seed,
    customers: drawCustomers({ seed, customers, terminals, radius }),
    compromisedTerminals: {
      seed,
      purpose: PURPOSE.compromisedTerminals,
      population: terminals,
      perDay: fraud.terminalsPerDay ?? (2 * terminals) / HANDBOOK_TERMINALS,
      lastingDays: 28,
    },
    compromisedCustomers: {
      seed,
      purpose: PURPOSE.compromisedCustomers,
      population: customers,
      perDay: fraud.customersPerDay ?? (3 * customers) / HANDBOOK_CUSTOMERS,
      lastingDays: 14,
    },
    amountFactorOn: day => (drift && day >= drift.fromDay ? drift.amountFactor : 1),
  }
}

function toTransaction(drawn: DayTransaction, id: number, midnight: number): RawTransaction {
  return {
    transactionId: String(id),
    occurredAt: midnight + drawn.second * 1_000,
    customerId: String(drawn.customer),
    terminalId: String(drawn.terminal),
    amount: drawn.cents / 100,
  }
}

/** Merges the labels that become known today, in the order of their transactions, with today's transactions. */
function* mergeDay(
  known: readonly SimulatedTransaction[],
  today: readonly SimulatedTransaction[],
): Generator<SimulatedEvent, void, undefined> {
  const labels = known.map(labelOf)
  let next = 0
  for (const { transaction } of today) {
    while (next < labels.length && labels[next]!.knownAt <= transaction.occurredAt) {
      yield { type: 'label', event: labels[next++]! }
    }
    yield { type: 'transaction', event: transaction }
  }
  for (const event of labels.slice(next)) yield { type: 'label', event }
}
