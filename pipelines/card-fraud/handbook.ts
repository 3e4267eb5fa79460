import { readDateTime } from './handbook/date-time.ts'
import { LABEL_DELAY_MS, type RawLabel, type RawTransaction } from './raw-events.ts'

/** Our feature names and the handbook's, in the order of the handbook's models. */
export const HANDBOOK_FEATURES = {
  amount: 'TX_AMOUNT',
  during_weekend: 'TX_DURING_WEEKEND',
  during_night: 'TX_DURING_NIGHT',
  customer_count_1d: 'CUSTOMER_ID_NB_TX_1DAY_WINDOW',
  customer_mean_amount_1d: 'CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW',
  customer_count_7d: 'CUSTOMER_ID_NB_TX_7DAY_WINDOW',
  customer_mean_amount_7d: 'CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW',
  customer_count_30d: 'CUSTOMER_ID_NB_TX_30DAY_WINDOW',
  customer_mean_amount_30d: 'CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW',
  terminal_count_1d: 'TERMINAL_ID_NB_TX_1DAY_WINDOW',
  terminal_risk_1d: 'TERMINAL_ID_RISK_1DAY_WINDOW',
  terminal_count_7d: 'TERMINAL_ID_NB_TX_7DAY_WINDOW',
  terminal_risk_7d: 'TERMINAL_ID_RISK_7DAY_WINDOW',
  terminal_count_30d: 'TERMINAL_ID_NB_TX_30DAY_WINDOW',
  terminal_risk_30d: 'TERMINAL_ID_RISK_30DAY_WINDOW',
} as const

/** An event whose fields have the right names; whether their values are valid is for the ingestor to say. */
export type Unchecked<Event> = { readonly [Field in keyof Event]?: unknown }

export interface HandbookEvents {
  readonly transaction: Unchecked<RawTransaction>
  /** Only where the row says whether it was fraud. */
  readonly label?: Unchecked<RawLabel>
}

/**
 * Makes the raw events of one row of the handbook's data set, its values being texts (CSV) or JSON values. A value
 * that cannot be read stays as it is, and a row without any known column is its own transaction, so that the
 * ingestor sees what was wrong and dead-letters it. Columns that hold nothing are left out.
 */
export function handbookRowToEvents(row: Readonly<Record<string, unknown>>): HandbookEvents {
  const ids = {
    transactionId: readId(row['TRANSACTION_ID']),
    customerId: readId(row['CUSTOMER_ID']),
    terminalId: readId(row['TERMINAL_ID']),
  }
  const occurredAt = readDateTime(row['TX_DATETIME'])
  const transaction = withoutEmpty({ ...ids, occurredAt, amount: readAmount(row['TX_AMOUNT']) })
  if (Object.keys(transaction).length === 0) return { transaction: row }
  if (isEmpty(row['TX_FRAUD'])) return { transaction }
  const knownAt = typeof occurredAt === 'number' ? occurredAt + LABEL_DELAY_MS : occurredAt
  return { transaction, label: withoutEmpty({ ...ids, isFraud: readFlag(row['TX_FRAUD']), knownAt }) }
}

function readId(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value
}

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i

function readAmount(value: unknown): unknown {
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value
}

const FLAGS = new Map([
  ['0', false],
  ['1', true],
  ['false', false],
  ['true', true],
])

function readFlag(value: unknown): unknown {
  return FLAGS.get(String(value).toLowerCase()) ?? value
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** Most rows are complete, and copying every one of them would take longer than all the rest. */
function withoutEmpty<Fields extends object>(fields: Fields): Partial<Fields> {
  if (!Object.values(fields).some(isEmpty)) return fields
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as Partial<Fields>
}
