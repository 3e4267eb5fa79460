import { compileVector, type FeatureValue, type Field, type Pipeline, routeOf } from '@millrace/core'
import { type Column, type ColumnKind, type ColumnValues, writeParquet } from '@millrace/platform/offline'
import { EventCursor } from './event-cursor.ts'
import type { SharedTable } from './event-table.ts'
import type { Results } from './results.ts'
import type { Texts } from './texts.ts'

/** Some scored events, by their rows. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** The columns of the vectors: id, event time, the model's inputs, and for each view the age of what it saw. */
export function vectorColumns(pipeline: Pipeline): readonly Column[] {
  const { id, eventTime, fields } = pipeline.scored
  return [
    { name: id, kind: kindOf(fields[id]!) },
    { name: eventTime, kind: 'timestamp' },
    ...pipeline.model.inputs.map(name => ({ name, kind: 'double', optional: true }) as const),
    ...routeOf(pipeline, pipeline.scored).map(
      view => ({ name: `${view.name}_feature_time`, kind: 'timestamp', optional: true }) as const,
    ),
    { name: 'truncated', kind: 'flag' },
  ]
}

/** The vectors of some scored events as a Parquet file, put together as the last stage of the stream does. */
export function writePart(
  pipeline: Pipeline,
  table: SharedTable,
  texts: Texts,
  results: Results,
  range: RowRange,
): Uint8Array {
  const { scored } = pipeline
  const views = routeOf(pipeline, scored).map(view => results[view.name]!)
  const rows = range.to - range.from
  const truncated = Array.from({ length: rows }, (_, i) =>
    views.some(view => view.truncated[range.from + i] === 1),
  )
  return writeParquet(vectorColumns(pipeline), [
    idsOf(table, scored.id, texts, range),
    (table.columns[scored.eventTime] as Float64Array).slice(range.from, range.to),
    ...assemble(pipeline, table, texts, results, range),
    ...views.map(({ newest }) => newest.slice(range.from, range.to)),
    truncated,
  ])
}

function idsOf({ columns }: SharedTable, id: string, texts: Texts, { from, to }: RowRange): ColumnValues {
  const column = columns[id]!
  if (!(column instanceof Int32Array)) return (column as Float64Array).slice(from, to)
  return Array.from({ length: to - from }, (_, i) => texts.decode(column[from + i]!))
}

function assemble(
  pipeline: Pipeline,
  table: SharedTable,
  texts: Texts,
  results: Results,
  { from, to }: RowRange,
): Float64Array[] {
  const vectorOf = compileVector(pipeline)
  const cursor = new EventCursor(pipeline.scored, table, texts)
  const read = featureReader(pipeline, results, texts)
  const columns = pipeline.model.inputs.map(() => new Float64Array(to - from))
  for (let row = from; row < to; row++) {
    cursor.row = row
    const vector = vectorOf(cursor.event, read(row))
    for (let i = 0; i < columns.length; i++) columns[i]![row - from] = vector[i]!
  }
  return columns
}

/** Reads the features of all views in one row, good until the next call. */
function featureReader(
  pipeline: Pipeline,
  results: Results,
  texts: Texts,
): (row: number) => readonly FeatureValue[] {
  const columns = routeOf(pipeline, pipeline.scored).flatMap(view => results[view.name]!.features)
  const values = new Array<FeatureValue>(columns.length)
  return row => {
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!
      const value = column[row]!
      values[i] = column instanceof Int32Array ? (value < 0 ? null : texts.at(value)) : value
    }
    return values
  }
}

function kindOf({ kind }: Field): ColumnKind {
  return kind === 'money' ? 'double' : kind
}
