import { LabelQueue } from './label-queue.ts'
import { openInput } from './open-input.ts'
import type { InputRow } from './row.ts'

/** What a row says: a transaction, and its outcome where that is given. */
export interface RowEvents {
  readonly transaction: { readonly occurredAt?: unknown }
  readonly label?: { readonly knownAt?: unknown }
}

export type ToEvents = (row: InputRow) => RowEvents

export interface FileEvent {
  readonly type: 'transaction' | 'label'
  readonly event: object
  /** Epoch milliseconds; undefined where the event gives no time that can be read. */
  readonly eventTime: number | undefined
}

/**
 * Reads a file as the events of its rows. Transactions keep the order of the file; a label comes before the first
 * transaction that is not earlier than `knownAt`, those that are left at the end, in the order of their times.
 * An event without a readable time comes at once. Holds the labels that are not known yet in memory.
 */
export async function* fileEvents(
  path: string,
  toEvents: ToEvents,
): AsyncGenerator<FileEvent, void, undefined> {
  const labels = new LabelQueue<FileEvent>()
  for await (const row of openInput(path)) {
    const { transaction, label } = toEvents(row)
    const occurredAt = readTime(transaction.occurredAt)
    if (occurredAt !== undefined) yield* labels.takeUntil(occurredAt)
    yield { type: 'transaction', event: transaction, eventTime: occurredAt }
    if (label === undefined) continue
    const knownAt = readTime(label.knownAt)
    const event: FileEvent = { type: 'label', event: label, eventTime: knownAt }
    if (knownAt === undefined) yield event
    else labels.add(event, knownAt)
  }
  yield* labels.takeUntil(Number.POSITIVE_INFINITY)
}

/** A time as epoch milliseconds, or undefined when `value` is none. */
export function readTime(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
