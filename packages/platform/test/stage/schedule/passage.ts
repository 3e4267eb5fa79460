import type { SeededRandom } from '@millrace/testkit'
import type { Decoded } from '../../../src/stage/stage-input.ts'
import type { MemoryLog } from './memory-log.ts'

/** One event on its way through the stages, with what they counted; or the erasure of a customer. */
export interface Passage {
  readonly kind: 'transaction' | 'label' | 'erasure'
  /** Number of the transaction that it is, or that the label is about. */
  readonly number: number
  readonly customer: string
  readonly terminal: string
  /** Per entity visited: transactions, and where there are labels, labels, this one included. */
  readonly counts: readonly number[]
}

export type LoggedRecord = Decoded<Passage>

/** A transaction as it happened; labels follow `LABEL_DELAY` later. */
export interface Transaction {
  readonly eventTime: number
  readonly customer: string
  readonly terminal: string
}

export const LABEL_DELAY = 6
const TRANSACTIONS = 45

/** Transactions in the order of their times, some at the same time. */
export function randomTransactions(random: SeededRandom): readonly Transaction[] {
  let eventTime = 0
  return Array.from({ length: TRANSACTIONS }, () => {
    eventTime += random.pick([0, 1, 1, 3])
    return { eventTime, customer: `c${random.integer(0, 4)}`, terminal: `t${random.integer(0, 3)}` }
  })
}

/** Writes the raw topics as they are when nothing of them is ever deleted. */
export function produceRaw(log: MemoryLog, transactions: readonly Transaction[], delays: Delays): void {
  produceTransactions(log, [...transactions.entries()], delays)
  produceLabels(log, transactions)
}

/** By how much transactions are late, and so come out of order. */
export interface Delays {
  readonly random: SeededRandom
  /** Of none where they come in order. */
  readonly longestDelay: number
}

/**
 * Writes transactions with their numbers, a customer's in one partition, and behind the last one of each partition that
 * nothing follows.
 */
export function produceTransactions(
  log: MemoryLog,
  transactions: readonly (readonly [number, Transaction])[],
  { random, longestDelay }: Delays,
): void {
  const sent = transactions.map(([number, transaction]) => {
    const delay = longestDelay > 0 ? random.integer(0, longestDelay) : 0
    return { ...transaction, number, sentAt: transaction.eventTime + delay }
  })
  produceSent(log, sent)
}

/** A transaction with its number, on its way since `sentAt`. */
export type SentTransaction = Transaction & { readonly number: number; readonly sentAt: number }

/** Writes transactions in the order in which they were sent, a customer's in one partition. */
export function produceSent(log: MemoryLog, sent: readonly SentTransaction[]): void {
  for (const { eventTime, customer, terminal, number } of sent.toSorted((a, b) => a.sentAt - b.sentAt)) {
    const value: Passage = { kind: 'transaction', number, customer, terminal, counts: [] }
    log.append('transactions', log.place('transactions', customer), { eventTime, value })
  }
  endAll(log, 'transactions')
}

/** Writes the labels of all transactions, anywhere. */
export function produceLabels(log: MemoryLog, transactions: readonly Transaction[]): void {
  for (const [number, { eventTime, ...entities }] of transactions.entries()) {
    const value: Passage = { kind: 'label', number, ...entities, counts: [] }
    const partition = number % log.partitionsOf('labels')
    log.append('labels', partition, { eventTime: eventTime + LABEL_DELAY, value })
  }
  endAll(log, 'labels')
}

function endAll(log: MemoryLog, topic: string): void {
  for (const partition of log.ends(topic).keys()) log.append(topic, partition, { eventTime: Infinity })
}
