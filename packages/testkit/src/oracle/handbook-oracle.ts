export interface OracleTransaction {
  readonly transactionId: string
  /** Epoch milliseconds. */
  readonly occurredAt: number
  readonly customerId: string
  readonly terminalId: string
  /** EUR with two decimals. */
  readonly amount: number
}

export interface OracleLabel {
  readonly transactionId: string
  readonly isFraud: boolean
  /** Epoch milliseconds. */
  readonly knownAt: number
}

/** The amount and the 14 features of one transaction, in the order of the model's inputs. */
export interface HandbookFeatures {
  readonly amount: number
  readonly during_weekend: number
  readonly during_night: number
  readonly customer_count_1d: number
  readonly customer_mean_amount_1d: number
  readonly customer_count_7d: number
  readonly customer_mean_amount_7d: number
  readonly customer_count_30d: number
  readonly customer_mean_amount_30d: number
  readonly terminal_count_1d: number
  readonly terminal_risk_1d: number
  readonly terminal_count_7d: number
  readonly terminal_risk_7d: number
  readonly terminal_count_30d: number
  readonly terminal_risk_30d: number
}

const DAY = 86_400_000
const DELAY = 7 * DAY

/**
 * Computes the features of the Fraud Detection Handbook for every transaction, by looking for each of them at all
 * transactions of its customer and of its terminal. Slow, and as close to the definition as code can be: it
 * judges the engine, so it shares nothing with it. Results are in the order of `transactions`, which is also the
 * order in which transactions of one millisecond happened.
 */
export function handbookFeatures(
  transactions: readonly OracleTransaction[],
  labels: readonly OracleLabel[],
): HandbookFeatures[] {
  const rows = transactions.map((transaction, position) => ({ ...transaction, position }))
  const byCustomer = Map.groupBy(rows, row => row.customerId)
  const byTerminal = Map.groupBy(rows, row => row.terminalId)
  const labelOf = new Map(labels.map(label => [label.transactionId, label]))
  return rows.map(row => {
    const customer = byCustomer.get(row.customerId)!.filter(other => !isAfter(other, row))
    const terminal = byTerminal.get(row.terminalId)!
    const spent = (days: number) => amounts(within(customer, row.occurredAt, days))
    const seen = (days: number) =>
      risk(within(terminal, row.occurredAt - DELAY, days), labelOf, row.occurredAt)
    return { ...calendar(row), ...customerFeatures(spent), ...terminalFeatures(seen) }
  })
}

interface Row extends OracleTransaction {
  readonly position: number
}

function isAfter(other: Row, row: Row): boolean {
  return other.occurredAt === row.occurredAt && other.position > row.position
}

/** The window (end − days, end]: open on the old side, closed on the new one. */
function within(rows: readonly Row[], end: number, days: number): Row[] {
  return rows.filter(row => row.occurredAt > end - days * DAY && row.occurredAt <= end)
}

function calendar({ amount, occurredAt }: Row) {
  const date = new Date(occurredAt)
  const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6
  const isNight = date.getUTCHours() <= 6
  return { amount, during_weekend: isWeekend ? 1 : 0, during_night: isNight ? 1 : 0 }
}

interface Amounts {
  readonly count: number
  readonly mean: number
}

/** Sums whole cents, so the mean is rounded once and does not depend on the order. */
function amounts(rows: readonly Row[]): Amounts {
  const cents = rows.reduce((sum, row) => sum + Math.round(row.amount * 100), 0)
  return { count: rows.length, mean: cents / (100 * rows.length) }
}

interface Risk {
  readonly count: number
  readonly risk: number
}

/** The share of the transactions that were known to be fraud at `time`; 0 where there are none. */
function risk(rows: readonly Row[], labelOf: ReadonlyMap<string, OracleLabel>, time: number): Risk {
  const isKnownFraud = (label: OracleLabel | undefined) => label?.isFraud === true && label.knownAt <= time
  const frauds = rows.filter(row => isKnownFraud(labelOf.get(row.transactionId))).length
  return { count: rows.length, risk: rows.length === 0 ? 0 : frauds / rows.length }
}

function customerFeatures(spent: (days: number) => Amounts) {
  const [day, week, month] = [spent(1), spent(7), spent(30)]
  return {
    customer_count_1d: day.count,
    customer_mean_amount_1d: day.mean,
    customer_count_7d: week.count,
    customer_mean_amount_7d: week.mean,
    customer_count_30d: month.count,
    customer_mean_amount_30d: month.mean,
  }
}

function terminalFeatures(seen: (days: number) => Risk) {
  const [day, week, month] = [seen(1), seen(7), seen(30)]
  return {
    terminal_count_1d: day.count,
    terminal_risk_1d: day.risk,
    terminal_count_7d: week.count,
    terminal_risk_7d: week.risk,
    terminal_count_30d: month.count,
    terminal_risk_30d: month.risk,
  }
}
