import type { Value } from '../aggregate/aggregator.ts'
import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregation } from '../define/aggregation.ts'
import { type EventType, type EventValues, idText } from '../define/event-type.ts'
import type { Field } from '../define/field.ts'
import { hashText52 } from '../partition/murmur2.ts'
import type { Memory } from '../window/memory.ts'
import type { Series } from '../window/series.ts'
import type { Cell, ColumnKind } from '../window/series-layout.ts'

/** Whole numbers up to here are summed as running totals, which are exact up to 2^53. */
const LARGEST_TOTALLED = 2 ** 40

/** What is kept of each event of a source, for one purpose or several. */
interface Column {
  readonly kind: ColumnKind
  readonly field: string | undefined
  readonly where: Aggregation['where']
  /** The column that is 1 where this one has a value and 0 where it has none; undefined when it always has one. */
  readonly presence: number | undefined
  readonly valueOf: (event: EventValues) => Cell
}

/** Where an aggregation finds its values. */
export interface ColumnUse {
  /** Undefined when the aggregation needs no values, only events. */
  readonly column: number | undefined
  readonly kind: ColumnKind
  /** Kept value = field value × scale; money is kept in minor units. */
  readonly scale: number
  readonly presence: number | undefined
  /** The most bytes that a value takes when it is written. */
  readonly valueBytes: number
}

/** The columns that the aggregations over one source need, each once. */
export class Columns {
  readonly #source: EventType
  readonly #columns: Column[] = []
  readonly #row: Cell[] = []

  constructor(source: EventType) {
    this.#source = source
  }

  get kinds(): readonly ColumnKind[] {
    return this.#columns.map(column => column.kind)
  }

  /** The columns of an aggregation, which are added unless they are there. */
  use(aggregation: Aggregation): ColumnUse {
    const presence = this.#presenceOf(aggregation)
    const { field } = aggregation
    if (field === undefined) return { column: undefined, kind: 'total', scale: 1, presence, valueBytes: 8 }
    const declared = this.#source.fields[field]!
    const kind = aggregation.kind === 'distinct-count' ? 'hash' : kindOf(declared)
    const scale = kind === 'total' ? scaleOf(declared) : 1
    const column = this.#add({
      kind,
      field,
      where: aggregation.where,
      presence,
      valueOf: cellOf(field, declared, kind),
    })
    return { column, kind, scale, presence, valueBytes: maxCellBytes(declared) }
  }

  /** The most bytes that the cells of an event take when they are written. */
  get maxRowBytes(): number {
    const fieldOf = ({ field, kind }: Column) => (kind === 'text' ? this.#source.fields[field!] : undefined)
    return this.#columns.reduce((sum, column) => sum + VARINT_BYTES + maxCellBytes(fieldOf(column)), 0)
  }

  /** The cells of an event, good until the next call. */
  rowOf(event: EventValues): readonly Cell[] {
    for (let c = 0; c < this.#columns.length; c++) {
      const column = this.#columns[c]!
      this.#row[c] = this.#isAbsent(column) ? absent(column.kind) : column.valueOf(event)
    }
    return this.#row
  }

  #isAbsent({ presence }: Column): boolean {
    return presence !== undefined && this.#row[presence] === 0
  }

  #presenceOf({ field, where }: Aggregation): number | undefined {
    const optional = field !== undefined && isOptional(this.#source.fields[field]!)
    if (!optional && where === undefined) return undefined
    const isThere = (event: EventValues): boolean => !optional || event[field] !== null
    const counts = where === undefined ? isThere : (event: EventValues) => isThere(event) && where(event)
    return this.#add({
      kind: 'total',
      field: optional ? `${field} is known` : undefined,
      where,
      presence: undefined,
      valueOf: event => (counts(event) ? 1 : 0),
    })
  }

  #add(column: Column): number {
    const { field, where, kind } = column
    const known = this.#columns.findIndex(
      other => other.field === field && other.where === where && other.kind === kind,
    )
    return known >= 0 ? known : this.#columns.push(column) - 1
  }
}

/** The value that an aggregation sees of a row, undefined when it has none. */
export function valueInRow({ column, scale, presence }: ColumnUse, row: readonly Cell[]): Value | undefined {
  if (presence !== undefined && row[presence] === 0) return undefined
  return column === undefined ? 0 : scaled(row[column]!, scale)
}

/** The value that an aggregation sees of entry `index`, undefined when it has none. */
export function valueInEntry(
  { column, scale, presence }: ColumnUse,
  entries: Series,
  memory: Memory,
  index: number,
): Value | undefined {
  if (presence !== undefined && entries.at(memory, presence, index) === 0) return undefined
  return column === undefined ? 0 : scaled(entries.at(memory, column, index)!, scale)
}

/** A UTF-16 unit of a text takes three bytes at the most. */
function maxCellBytes(field: Field | undefined): number {
  return field?.kind === 'text' ? VARINT_BYTES + 3 * field.maxLength : VARINT_BYTES
}

function scaled(value: Value, scale: number): Value {
  return scale === 1 ? value : (value as number) / scale
}

function isOptional(field: Field): boolean {
  return field.optional === true
}

function absent(kind: ColumnKind): Cell {
  if (kind === 'text') return null
  return kind === 'total' ? 0 : Number.NaN
}

function kindOf(field: Field): ColumnKind {
  switch (field.kind) {
    case 'text':
      return 'text'
    case 'flag':
      return 'total'
    case 'money':
    case 'integer': {
      const largest = Math.max(Math.abs(field.min), Math.abs(field.max)) * scaleOf(field)
      return largest <= LARGEST_TOTALLED ? 'total' : 'number'
    }
    default:
      return 'number'
  }
}

function scaleOf(field: Field): number {
  return field.kind === 'money' ? 10 ** field.decimals : 1
}

function cellOf(name: string, field: Field, kind: ColumnKind): (event: EventValues) => Cell {
  if (kind === 'hash') return event => hashText52(idText(event, name))
  if (field.kind === 'flag') return event => (event[name] === true ? 1 : 0)
  if (kind === 'total' && field.kind === 'money') {
    const scale = scaleOf(field)
    return event => Math.round((event[name] as number) * scale)
  }
  return event => event[name] as number | string
}
