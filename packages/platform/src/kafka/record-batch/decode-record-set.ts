import { isAbortMarker, readBatch, readRecords } from './decode-batch.ts'
import type { LogRecord } from './decode-record.ts'
import { type AbortedTransaction, AbortedTransactions } from './decode-transactions.ts'

/** What a record set holds for a reader. */
export interface DecodedRecords {
  readonly records: readonly LogRecord[]
  /** The offset to go on from: behind all that was read, also what is no record for a reader. */
  readonly next: number
}

/**
 * Decodes the batches of one partition as a fetch brings them: from an offset on, though the first batch may begin
 * before it and the last one may be cut off. Markers and the records of aborted transactions are left out. Checksums
 * are not compared: the broker did that when it took the batch. Throws LOG_UNREADABLE.
 */
export async function decodeRecordSet(
  bytes: Buffer,
  from: number,
  aborted: readonly AbortedTransaction[],
): Promise<DecodedRecords> {
  const transactions = new AbortedTransactions(aborted)
  const records: LogRecord[] = []
  let next = from
  for (let batch = readBatch(bytes, 0); batch !== undefined; batch = readBatch(bytes, batch.end)) {
    const { isControl, isTransactional, producerId, lastOffset } = batch
    const isAborted = isTransactional && transactions.has(producerId, lastOffset)
    if (isControl && isAborted && isAbortMarker(bytes, batch)) transactions.end(producerId)
    if (lastOffset < from) continue
    next = lastOffset + 1
    if (!isControl && !isAborted) await readRecords(bytes, batch, from, records)
  }
  return { records, next }
}
