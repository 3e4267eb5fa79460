import {
  cleanField,
  type EventType,
  type EventValue,
  type EventValues,
  type Field,
  type ReasonCode,
} from '@millrace/core'
import { NO_TEXT, type TextCodes } from './texts.ts'

/** The values of a field in the order of event time: doubles (NaN missing), codes of texts, or flags. */
export type SharedColumn = Float64Array | Int32Array | Uint8Array

/** The clean events of one type in the order of their event times, in memory that threads share. */
export interface SharedTable {
  readonly type: string
  readonly rows: number
  readonly columns: Readonly<Record<string, SharedColumn>>
  /** For each field that names an entity or an event, the codes of its texts. */
  readonly keys: Readonly<Record<string, Int32Array>>
}

/** What a flag is written as. */
export const FLAGS = [false, true, null] as const

/** The raw value of a field in the row at hand. */
export type RawValue = (field: number) => unknown

/** Collects the events of one type: cleans them, drops repeated ids and brings them into the order of event time. */
export class EventTable {
  readonly type: EventType
  readonly #fields: readonly [string, Field][]
  readonly #texts: TextCodes
  readonly #now: number
  #columns: readonly (Float64Array | Int32Array | Uint8Array)[]
  #capacity = 4_096
  /** What orders the rows of one time, before the order in which they came. */
  #ties = new Float64Array(this.#capacity)
  #rows = 0
  readonly #rejected = new Map<ReasonCode, number>()

  constructor(type: EventType, texts: TextCodes, now: number) {
    this.type = type
    this.#fields = Object.entries<Field>(type.fields)
    this.#texts = texts
    this.#now = now
    this.#columns = this.#fields.map(([, field]) => columnFor(field, this.#capacity))
  }

  get rows(): number {
    return this.#rows
  }

  get fieldNames(): readonly string[] {
    return this.#fields.map(([name]) => name)
  }

  /** How many rows the cleaning refused, by its reason. */
  get rejected(): ReadonlyMap<ReasonCode, number> {
    return this.#rejected
  }

  /** Takes in one event, unless the cleaning refuses it. */
  add(raw: RawValue): void {
    if (this.#rows === this.#capacity) this.#grow()
    for (let i = 0; i < this.#fields.length; i++) {
      const [name, field] = this.#fields[i]!
      const cleaned = cleanField(name, field, raw(i), this.#now)
      if (typeof cleaned === 'object' && cleaned !== null) {
        this.#reject(cleaned.reason)
        return
      }
      this.#columns[i]![this.#rows] = this.#kept(field, cleaned)
    }
    this.#rows++
  }

  /** Takes in an event that was cleaned before. Of those of one time, the ones with the lower `tie` come first. */
  addClean(event: EventValues, tie: number): void {
    if (this.#rows === this.#capacity) this.#grow()
    this.#fields.forEach(([name, field], i) => {
      this.#columns[i]![this.#rows] = this.#kept(field, event[name] ?? null)
    })
    this.#ties[this.#rows++] = tie
  }

  /** The events in the order of their event times, those of one time as they came, each id once within its horizon. */
  share(keyFields: readonly string[]): { readonly table: SharedTable; readonly duplicates: number } {
    const order = this.#withoutDuplicates(this.#order())
    const column = (name: string): SharedColumn =>
      sharedInOrder(this.#columns[this.fieldNames.indexOf(name)]!, order)
    const columns = Object.fromEntries(this.fieldNames.map(name => [name, column(name)]))
    const keys = keyFields.map(name => [name, this.#keysOf(columns[name]!)] as const)
    const table = { type: this.type.name, rows: order.length, columns, keys: Object.fromEntries(keys) }
    return { table, duplicates: this.#rows - order.length }
  }

  #kept(field: Field, value: EventValue): number {
    if (field.kind === 'text') return value === null ? NO_TEXT : this.#texts.codeOf(value as string)
    if (field.kind === 'flag') return value === null ? 2 : Number(value)
    return value === null ? Number.NaN : (value as number)
  }

  #reject(reason: ReasonCode): void {
    this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1)
  }

  #grow(): void {
    this.#capacity *= 2
    const ties = new Float64Array(this.#capacity)
    ties.set(this.#ties)
    this.#ties = ties
    this.#columns = this.#columns.map((column, i) => {
      const larger = columnFor(this.#fields[i]![1], this.#capacity)
      larger.set(column)
      return larger
    })
  }

  #order(): Uint32Array {
    const times = this.#columnOf(this.type.eventTime)
    const order = Uint32Array.from({ length: this.#rows }, (_, row) => row)
    const ties = this.#ties
    const compare = (a: number, b: number): number => times[a]! - times[b]! || ties[a]! - ties[b]! || a - b
    const isInOrder = order.every(row => row === 0 || compare(row - 1, row) < 0)
    return isInOrder ? order : order.sort(compare)
  }

  /** As the ingestor: an id stays claimed for the horizon. */
  #withoutDuplicates(order: Uint32Array): Uint32Array {
    const times = this.#columnOf(this.type.eventTime)
    const ids = this.#keysOf(this.#columnOf(this.type.id))
    const claimed = new Float64Array(this.#texts.size).fill(Number.NEGATIVE_INFINITY)
    return order.filter(row => {
      const id = ids[row]!
      const time = times[row]!
      if (time - claimed[id]! <= this.type.dedupeHorizon) return false
      claimed[id] = time
      return true
    })
  }

  #columnOf(name: string): Float64Array | Int32Array | Uint8Array {
    return this.#columns[this.fieldNames.indexOf(name)]!
  }

  /** Ids are texts or whole numbers, and the same id is the same text. */
  #keysOf(column: SharedColumn): Int32Array {
    if (column instanceof Int32Array) return column
    const keys = new Int32Array(new SharedArrayBuffer(column.length * Int32Array.BYTES_PER_ELEMENT))
    for (let row = 0; row < column.length; row++) keys[row] = this.#texts.codeOf(String(column[row]))
    return keys
  }
}

function columnFor(field: Field, rows: number): Float64Array | Int32Array | Uint8Array {
  if (field.kind === 'text') return new Int32Array(rows)
  return field.kind === 'flag' ? new Uint8Array(rows) : new Float64Array(rows)
}

function sharedInOrder(column: Float64Array | Int32Array | Uint8Array, order: Uint32Array): SharedColumn {
  const shared = new SharedArrayBuffer(order.length * column.BYTES_PER_ELEMENT)
  const ordered =
    column instanceof Float64Array
      ? new Float64Array(shared)
      : column instanceof Int32Array
        ? new Int32Array(shared)
        : new Uint8Array(shared)
  for (let i = 0; i < order.length; i++) ordered[i] = column[order[i]!]!
  return ordered
}
