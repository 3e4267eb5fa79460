import { MillraceError, type PushedView } from '@millrace/core'
import type { RawRow } from '@millrace/platform/online'
import { feastError } from './feast-error.ts'

/** The column that Feast's SDK gives the event time of a row. */
const EVENT_TIMESTAMP = 'event_timestamp'

/** Date and time, perhaps without a zone, as Feast's SDK and pandas write them. */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/

/**
 * The rows of a frame, which is an object of columns. The event time may be in a column of the view's own name for it,
 * or in Feast's; without a zone it is UTC. Throws errors of Feast.
 */
export function readFrame(frame: unknown, { rows: { eventTime } }: PushedView, maxRows: number): RawRow[] {
  if (typeof frame !== 'object' || frame === null)
    throw feastError('FeastError', 'Give "df", an object of columns.')
  const columns = Object.entries(frame)
  const count = Array.isArray(columns[0]?.[1]) ? columns[0][1].length : 0
  if (!columns.every(([, column]) => Array.isArray(column) && column.length === count)) {
    throw feastError('FeastError', 'The columns of "df" must be lists of the same length.')
  }
  if (count > maxRows) {
    throw new MillraceError(
      'REQUEST_TOO_LARGE',
      `The request brings more than ${maxRows} rows: push in parts.`,
    )
  }
  return Array.from({ length: count }, (_, i) => {
    const row: Record<string, unknown> = Object.fromEntries(
      columns.map(([name, column]) => [name, column[i]]),
    )
    return { ...row, [eventTime]: inUtc(row[eventTime] ?? row[EVENT_TIMESTAMP]) }
  })
}

/** ISO 8601 with a zone, of a time that has none. What is no such text is left to the cleaning. */
function inUtc(time: unknown): unknown {
  const match = typeof time === 'string' ? DATE_TIME.exec(time) : null
  return match === null ? time : `${match[1]}T${match[2]}${match[3] ?? 'Z'}`
}
