import {
  type ColumnValues,
  openFileSource,
  ParquetFile,
  type RowGroup,
  WidenedFile,
  writeValueFile,
} from '@millrace/platform/offline'
import type { InputPart, LoadedPart, ScoreInput } from './score-format.ts'

/** Opens a Parquet file; a part is one of its row groups. Throws INPUT_INVALID. */
export async function openParquetInput(path: string): Promise<ScoreInput> {
  const source = await openFileSource(path)
  const file = await ParquetFile.open(source)
  const groups = file.rowGroups.filter(({ rows }) => rows > 0)
  return {
    format: 'parquet',
    columns: file.footer.schema.slice(1).map(({ name }) => name),
    async *parts(needed) {
      for (const group of groups) yield partOf(file, group, needed)
    },
    async assemble(path, _, parts) {
      const footer = {
        ...file.footer,
        row_groups: file.footer.row_groups.filter(group => group.num_rows > 0n),
      }
      await using widened = await WidenedFile.create(path, source, footer)
      for await (const bytes of parts) await widened.append(bytes)
      await widened.finish()
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  }
}

function partOf(file: ParquetFile, group: RowGroup, needed: readonly string[]): InputPart {
  const share = (group.start + group.rows) / file.rows
  return { count: group.rows, share, load: () => load(file, group, needed) }
}

async function load(file: ParquetFile, group: RowGroup, needed: readonly string[]): Promise<LoadedPart> {
  const values = new Map<string, ColumnValues>()
  for (const name of needed) values.set(name, await file.read(name, group))
  return {
    rows: {
      count: group.rows,
      areTexts: false,
      column(name) {
        const cells = values.get(name)
        return cells && (row => cells[row])
      },
    },
    numberOf: row => group.start + row + 1,
    unreadable: [],
    write: (columns, cells) => writeValueFile(columns, cells),
  }
}
