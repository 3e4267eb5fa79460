import type { ToEvents } from '../input/file-events.ts'

const ID_COLUMN = 'TRANSACTION_ID'
const WHOLE_NUMBER = /^(0|[1-9]\d{0,14})$/

/** Remembers the id of the row that each transaction was made from, as it was in the file. */
export class RowIds {
  readonly #ids = new WeakMap<object, unknown>()

  /** Reads rows as `toEvents` does, and takes note of their ids. CSV does not tell numbers from texts. */
  noting(toEvents: ToEvents, rows: 'csv' | 'ndjson'): ToEvents {
    return row => {
      const events = toEvents(row)
      const id = row[ID_COLUMN]
      const isNumber = rows === 'csv' && typeof id === 'string' && WHOLE_NUMBER.test(id)
      this.#ids.set(events.transaction, isNumber ? Number(id) : id)
      return events
    }
  }

  of(transaction: object): unknown {
    return this.#ids.get(transaction)
  }
}
