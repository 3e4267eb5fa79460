/** A transaction as it is sent to the raw topic. */
export interface RawTransaction {
  readonly transactionId: string
  /** Epoch milliseconds. */
  readonly occurredAt: number
  readonly customerId: string
  readonly terminalId: string
  /** EUR with two decimals. */
  readonly amount: number
}

/** The outcome of a transaction as it is sent to the raw topic. */
export interface RawLabel {
  readonly transactionId: string
  readonly customerId: string
  readonly terminalId: string
  readonly isFraud: boolean
  /** Epoch milliseconds: the time of the transaction and `LABEL_DELAY_DAYS`. */
  readonly knownAt: number
}

/** An investigation takes a week. */
export const LABEL_DELAY_DAYS = 7

export const DAY_MS = 86_400_000
export const LABEL_DELAY_MS = LABEL_DELAY_DAYS * DAY_MS
