import { hash } from 'node:crypto'
import {
  compileCleaning,
  idText,
  isPushedView,
  type Pipeline,
  type PushedView,
  type Rejection,
  ROW_ID,
  type StageOutput,
} from '@millrace/core'

/** A row as it came: values by the names of the view's columns. */
export type RawRow = Readonly<Record<string, unknown>>

/** A row made ready for its topic, or why it never can be. */
export type PreparedRow =
  | { readonly ok: true; readonly output: StageOutput }
  | { readonly ok: false; readonly rejection: Rejection }

/** A pushed view, and the cleaning of its rows. */
export interface PushTarget {
  readonly view: PushedView
  /** Cleans a row as the ingestor will; `now` is the declared clock's time (epoch ms). */
  prepare(row: RawRow, now: number): PreparedRow
}

/** The pushed views of a pipeline. */
export function pushTargetsOf(pipeline: Pipeline): readonly PushTarget[] {
  return pipeline.views.filter(isPushedView).map(targetOf)
}

function targetOf(view: PushedView): PushTarget {
  const { rows } = view
  const clean = compileCleaning(rows)
  return {
    view,
    prepare(row, now) {
      const cleaning = clean({ ...row, [ROW_ID]: UNNAMED }, now)
      if (!cleaning.ok) return cleaning
      const { [ROW_ID]: _, ...content } = cleaning.event
      const value = JSON.stringify({ ...content, [ROW_ID]: hash('sha256', JSON.stringify(content)) })
      if (Buffer.byteLength(value) > rows.maxBytes) return { ok: false, rejection: tooLarge(rows.maxBytes) }
      return { ok: true, output: { topic: rows.topic, key: idText(cleaning.event, rows.key), value } }
    },
  }
}

/** Stands for the id until the content that it is made of is clean. */
const UNNAMED = '-'

function tooLarge(maxBytes: number): Rejection {
  return { reason: 'RECORD_TOO_LARGE', message: `The row takes more than ${maxBytes} bytes.` }
}
