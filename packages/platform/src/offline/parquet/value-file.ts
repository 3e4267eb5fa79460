import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter as FormatWriter } from 'hyparquet-writer'

export interface ValueColumn {
  readonly name: string
  readonly type: 'float' | 'double' | 'int32' | 'int64' | 'flag' | 'text'
  /** Whether each row has a list of values. */
  readonly isList?: boolean
}

/** A value a row, or a list of them; null where it is missing. `int64` are bigints. */
export type ValueCell =
  | number
  | bigint
  | boolean
  | string
  | null
  | readonly (number | bigint | boolean | string)[]

const TYPES = {
  float: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  flag: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
} as const satisfies Record<ValueColumn['type'], Partial<SchemaElement>>

/** The bytes of a Parquet file of one row group, whose columns may be lists and may all be missing. */
export function writeValueFile(
  columns: readonly ValueColumn[],
  values: readonly (readonly ValueCell[])[],
): Uint8Array {
  const writer = new ByteWriter()
  const elements = columns.flatMap(elementsOf)
  const schema = [{ name: 'millrace', num_children: columns.length }, ...elements]
  const format = new FormatWriter({ writer, schema, createdBy: 'millrace' })
  const columnData = columns.map(({ name, type, isList }, i) => ({
    name,
    data: values[i] as never,
    // A dictionary of numbers would take −0 for 0.
    ...((type === 'float' || type === 'double') && !isList && { encoding: 'PLAIN' as const }),
    offsetIndex: false,
    statistics: false,
  }))
  void format.write({ columnData, rowGroupSize: values[0]!.length })
  void format.finish()
  return writer.getBytes()
}

function elementsOf({ name, type, isList = false }: ValueColumn): SchemaElement[] {
  if (!isList) return [{ name, ...TYPES[type], repetition_type: 'OPTIONAL' }]
  return [
    {
      name,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
      repetition_type: 'OPTIONAL',
      num_children: 1,
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...TYPES[type], repetition_type: 'REQUIRED' },
  ]
}
