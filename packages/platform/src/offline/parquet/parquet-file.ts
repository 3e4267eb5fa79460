import { MillraceError } from '@millrace/core'
import {
  type FileMetaData,
  type ParquetReadOptions,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet'
import type { ByteSource } from './byte-source.ts'
import { type Column, type ColumnKind, type ColumnValues, isNumeric } from './column.ts'
import { decompressors } from './decompressors.ts'
import { flagValues, numberValues, type Page, textFromBytes, textValues } from './physical-values.ts'

export interface RowGroup {
  /** The number of its first row within the file, from 0. */
  readonly start: number
  readonly rows: number
}

/**
 * A Parquet file for reading, by column and row group. Columns of numbers, times, texts and flags are read whoever
 * wrote them; what else a file holds is left aside.
 */
export class ParquetFile {
  readonly columns: readonly Column[]
  readonly rowGroups: readonly RowGroup[]
  readonly rows: number
  /** The texts of the footer by name. */
  readonly metadata: Readonly<Record<string, string>>
  /** All that the file says of itself, also of columns that are left aside. */
  readonly footer: FileMetaData
  readonly #options: ParquetReadOptions
  readonly #columns: ReadonlyMap<string, Column>
  readonly #unitsPerMs: ReadonlyMap<string, number>

  private constructor(footer: FileMetaData, file: ByteSource) {
    const elements = parquetSchema(footer)
      .children.map(({ element }) => element)
      .filter(element => kindOf(element) !== undefined)
    this.columns = elements.map(columnOf)
    this.rowGroups = groupsOf(footer)
    this.rows = Number(footer.num_rows)
    this.footer = footer
    this.metadata = Object.fromEntries(
      (footer.key_value_metadata ?? []).map(({ key, value = '' }) => [key, value]),
    )
    this.#options = {
      file,
      metadata: { ...footer, schema: footer.schema.map(withoutTimeUnit) },
      parsers: { stringFromBytes: textFromBytes },
      compressors: decompressors,
    }
    this.#columns = new Map(this.columns.map(column => [column.name, column]))
    this.#unitsPerMs = new Map(elements.map(element => [element.name, unitsPerMsOf(element)]))
  }

  /** Reads the footer. Throws INPUT_INVALID when the bytes are no Parquet file. */
  static async open(file: ByteSource): Promise<ParquetFile> {
    try {
      const footer = await parquetMetadataAsync(file)
      return new ParquetFile(footer, file)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new MillraceError('INPUT_INVALID', `This is no Parquet file that can be read: ${reason}.`, {
        cause,
      })
    }
  }

  /** The values of a column in one row group. Throws INPUT_INVALID when the file has no such column. */
  async read(name: string, { start, rows }: RowGroup): Promise<ColumnValues> {
    const column = this.#columns.get(name)
    if (column === undefined) {
      const names = this.columns.map(known => known.name).join(', ')
      throw new MillraceError('INPUT_INVALID', `There is no column "${name}": the file has ${names}.`)
    }
    const pages = await this.#pagesOf(name, start, rows)
    if (isNumeric(column.kind)) return numberValues(pages, rows, this.#unitsPerMs.get(name)!)
    return column.kind === 'text' ? textValues(pages, rows) : flagValues(pages, rows)
  }

  async #pagesOf(name: string, start: number, rows: number): Promise<Page[]> {
    const pages: Page[] = []
    await parquetRead({
      ...this.#options,
      columns: [name],
      rowStart: start,
      rowEnd: start + rows,
      onChunk: ({ columnData, rowStart }) => pages.push({ values: columnData, at: rowStart - start }),
    })
    return pages
  }
}

function groupsOf({ row_groups }: FileMetaData): RowGroup[] {
  let start = 0
  return row_groups.map(({ num_rows }) => {
    const group = { start, rows: Number(num_rows) }
    start += group.rows
    return group
  })
}

function columnOf(element: SchemaElement): Column {
  return { name: element.name, kind: kindOf(element)!, optional: element.repetition_type !== 'REQUIRED' }
}

/** Undefined for what is nested, repeated or of a type that no field has. */
function kindOf({
  type,
  converted_type,
  logical_type,
  num_children,
  repetition_type,
}: SchemaElement): ColumnKind | undefined {
  if (type === undefined || num_children !== undefined || repetition_type === 'REPEATED') return undefined
  if (type === 'BOOLEAN') return 'flag'
  if (type === 'DOUBLE' || type === 'FLOAT') return 'double'
  if (type === 'BYTE_ARRAY') return isText(converted_type, logical_type) ? 'text' : undefined
  if (converted_type === 'DECIMAL' || converted_type === 'DATE') return undefined
  if (type === 'INT64' && isTimestamp(converted_type, logical_type)) return 'timestamp'
  return type === 'INT64' || type === 'INT32' ? 'integer' : undefined
}

function isText(converted: SchemaElement['converted_type'], logical: SchemaElement['logical_type']): boolean {
  return converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING'
}

function isTimestamp(
  converted: SchemaElement['converted_type'],
  logical: SchemaElement['logical_type'],
): boolean {
  return logical?.type === 'TIMESTAMP' || converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS'
}

function unitsPerMsOf({ converted_type, logical_type }: SchemaElement): number {
  if (logical_type?.type === 'TIMESTAMP') {
    return { MILLIS: 1, MICROS: 1_000, NANOS: 1_000_000 }[logical_type.unit]
  }
  return converted_type === 'TIMESTAMP_MICROS' ? 1_000 : 1
}

/** Times come as the whole numbers they are written as: a Date for each would cost more than all the rest. */
function withoutTimeUnit(element: SchemaElement): SchemaElement {
  if (kindOf(element) !== 'timestamp') return element
  const { converted_type, logical_type, ...plain } = element
  return plain
}
