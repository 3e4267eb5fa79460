import { type CompromiseOptions, compromisedOn } from './compromise.ts'
import type { Customer } from './population.ts'
import { PURPOSE, Random } from './random.ts'

const SECONDS_PER_DAY = 86_400
const NOON_SECONDS = SECONDS_PER_DAY / 2
const TIME_DEVIATION_SECONDS = 20_000

/** Scenario 1: whoever spends more than this, in cents, is a fraudster. */
const FRAUD_ABOVE_CENTS = 22_000
/** Scenario 3: the thief makes this share of the customer's transactions, and spends so many times as much. */
const STOLEN_SHARE = 1 / 3
const STOLEN_AMOUNT_FACTOR = 5

/** Why a transaction is fraud: 0 genuine, 1 high amount, 2 compromised terminal, 3 compromised customer. */
export type Scenario = 0 | 1 | 2 | 3

export interface DayTransaction {
  /** Seconds since midnight, 1 to 86,399. */
  readonly second: number
  readonly customer: number
  readonly terminal: number
  readonly cents: number
  readonly scenario: Scenario
}

export interface World {
  readonly seed: number
  readonly customers: readonly Customer[]
  readonly compromisedTerminals: CompromiseOptions
  readonly compromisedCustomers: CompromiseOptions
  /** What genuine amounts are multiplied by on a day. */
  readonly amountFactorOn: (day: number) => number
}

/**
 * Draws all transactions of a day, ordered by time, then by customer id; those of one customer within one second
 * stay in the order in which they were drawn.
 */
export function drawDay(world: World, day: number): DayTransaction[] {
  const terminals = compromisedOn(day, world.compromisedTerminals)
  const customers = compromisedOn(day, world.compromisedCustomers)
  const amountFactor = world.amountFactorOn(day)
  return world.customers
    .flatMap(customer => {
      const stolenUse = new Random(world.seed, PURPOSE.stolenUse, customer.id, day)
      const thieves = customers.get(customer.id) ?? 0
      return drawGenuine(world.seed, customer, day)
        .map(drawn => withFraud(drawn, terminals.has(drawn.terminal), thievesAtWork(stolenUse, thieves)))
        .map(drawn => withDrift(drawn, amountFactor))
    })
    .sort((a, b) => a.second - b.second)
}

function drawGenuine(seed: number, customer: Customer, day: number): DayTransaction[] {
  if (customer.terminals.length === 0) return []
  const random = new Random(seed, PURPOSE.transactions, customer.id, day)
  const drawn: DayTransaction[] = []
  for (let left = random.poisson(customer.transactionsPerDay); left > 0; left--) {
    const second = Math.trunc(random.normal(NOON_SECONDS, TIME_DEVIATION_SECONDS))
    if (second <= 0 || second >= SECONDS_PER_DAY) continue
    const cents = drawCents(random, customer.meanAmount)
    const terminal = customer.terminals[random.below(customer.terminals.length)]!
    drawn.push({ second, customer: customer.id, terminal, cents, scenario: 0 })
  }
  return drawn
}

function drawCents(random: Random, meanAmount: number): number {
  const amount = random.normal(meanAmount, meanAmount / 2)
  return Math.round(100 * (amount < 0 ? 2 * meanAmount * random.uniform() : amount))
}

/** How many of the thieves who have the card make this transaction. */
function thievesAtWork(random: Random, thieves: number): number {
  let atWork = 0
  for (let thief = 0; thief < thieves; thief++) if (random.uniform() < STOLEN_SHARE) atWork++
  return atWork
}

/** The scenarios in the handbook's order: a later one overwrites the number of an earlier one. */
function withFraud(drawn: DayTransaction, atFraudster: boolean, thieves: number): DayTransaction {
  if (thieves > 0) return { ...drawn, cents: drawn.cents * STOLEN_AMOUNT_FACTOR ** thieves, scenario: 3 }
  if (atFraudster) return { ...drawn, scenario: 2 }
  return drawn.cents > FRAUD_ABOVE_CENTS ? { ...drawn, scenario: 1 } : drawn
}

/** Applied after the scenarios, so that a higher price makes no fraudster of an honest customer. */
function withDrift(drawn: DayTransaction, factor: number): DayTransaction {
  if (factor === 1 || drawn.scenario !== 0) return drawn
  return { ...drawn, cents: Math.round(drawn.cents * factor) }
}
