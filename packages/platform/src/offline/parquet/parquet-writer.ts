import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter as FormatWriter } from 'hyparquet-writer'
import type { Column, ColumnValues } from './column.ts'

export interface ParquetOptions {
  /** Texts kept in the footer by name. */
  readonly metadata?: Readonly<Record<string, string>>
}

const FORMATS = {
  double: { type: 'DOUBLE' },
  integer: { type: 'INT64' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  flag: { type: 'BOOLEAN' },
} as const satisfies Record<Column['kind'], Partial<SchemaElement>>

/**
 * Writes columns as the bytes of one Parquet file, a row group at a time, compressed with Snappy. The same rows and
 * metadata give the same bytes.
 */
export class ParquetWriter {
  readonly #columns: readonly Column[]
  readonly #bytes = new ByteWriter()
  readonly #format: FormatWriter
  #rows = 0

  constructor(columns: readonly Column[], { metadata = {} }: ParquetOptions = {}) {
    this.#columns = columns
    this.#format = new FormatWriter({
      writer: this.#bytes,
      schema: schemaOf(columns),
      createdBy: 'millrace',
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    })
  }

  /** Rows written so far. */
  get rows(): number {
    return this.#rows
  }

  /** Adds a row group: the values of every column, in the order of the columns and all equally long. */
  append(values: readonly ColumnValues[]): void {
    const rows = values[0]?.length ?? 0
    if (rows === 0) return
    const columnData = this.#columns.map((column, i) => ({
      name: column.name,
      data: physicalValues(column, values[i]!) as never,
      // A dictionary of doubles would take −0 for 0.
      ...(column.kind === 'double' && { encoding: 'PLAIN' as const }),
      statistics: column.kind === 'timestamp' || column.kind === 'integer',
    }))
    void this.#format.write({ columnData, rowGroupSize: rows })
    this.#rows += rows
  }

  /** Ends the file and answers its bytes. Nothing can be appended afterwards. */
  finish(): Uint8Array {
    void this.#format.finish()
    return this.#bytes.getBytes()
  }
}

/** The bytes of a Parquet file with one row group. */
export function writeParquet(
  columns: readonly Column[],
  values: readonly ColumnValues[],
  options?: ParquetOptions,
): Uint8Array {
  const writer = new ParquetWriter(columns, options)
  writer.append(values)
  return writer.finish()
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: 'millrace', num_children: columns.length },
    ...columns.map(({ name, kind, optional = false }) => ({
      name,
      ...FORMATS[kind],
      repetition_type: optional ? ('OPTIONAL' as const) : ('REQUIRED' as const),
    })),
  ]
}

/** Values as the format takes them: whole numbers as bigints, what is missing as null. */
function physicalValues({ kind, optional = false }: Column, values: ColumnValues): ArrayLike<unknown> {
  if (!(values instanceof Float64Array)) return values
  if (optional && hasMissing(values))
    return withNulls<number | bigint>(values, kind === 'double' ? value => value : BigInt)
  return kind === 'double' ? values : toBigInts(values)
}

function hasMissing(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true
  return false
}

function withNulls<T>(values: Float64Array, convert: (value: number) => T): (T | null)[] {
  return Array.from(values, value => (Number.isNaN(value) ? null : convert(value)))
}

function toBigInts(values: Float64Array): BigInt64Array {
  const whole = new BigInt64Array(values.length)
  for (let i = 0; i < values.length; i++) whole[i] = BigInt(values[i]!)
  return whole
}
