import type { EventType, EventValue, EventValues, Field } from '@millrace/core'
import { FLAGS, type SharedColumn, type SharedTable } from './event-table.ts'
import type { Texts } from './texts.ts'

/** Walks over a table: `event` reads from `row`, field by field, and only what is asked for. */
export class EventCursor {
  row = 0
  readonly event: EventValues

  constructor(type: EventType, table: SharedTable, texts: Texts) {
    const event = {}
    for (const [name, field] of Object.entries<Field>(type.fields)) {
      const read = readerOf(field, table.columns[name]!, texts, name === type.id)
      Object.defineProperty(event, name, { enumerable: true, get: () => read(this.row) })
    }
    this.event = event
  }
}

function readerOf(
  { kind }: Field,
  column: SharedColumn,
  texts: Texts,
  isId: boolean,
): (row: number) => EventValue {
  if (kind === 'flag') return row => FLAGS[column[row]!]!
  if (kind !== 'text') return row => numberOrNull(column[row]!)
  if (isId) return row => texts.decode(column[row]!)
  return row => {
    const code = column[row]!
    return code < 0 ? null : texts.at(code)
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
