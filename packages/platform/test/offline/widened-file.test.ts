import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { openFileSource } from '../../src/offline/parquet/byte-source.ts'
import { decompressors } from '../../src/offline/parquet/decompressors.ts'
import { ParquetFile } from '../../src/offline/parquet/parquet-file.ts'
import { type ValueCell, type ValueColumn, writeValueFile } from '../../src/offline/parquet/value-file.ts'
import { WidenedFile } from '../../src/offline/parquet/widened-file.ts'

/** Two row groups by pyarrow: decimals, days, dictionaries, lists, structures, bytes, numbers of 64 bits; zstd. */
const NESTED = join(import.meta.dirname, 'pyarrow-nested.parquet')
const ROWS = 40

const COLUMNS: readonly ValueColumn[] = [
  { name: 'score', type: 'double' },
  { name: 'label', type: 'int64' },
  { name: 'element', type: 'float', isList: true },
  { name: 'decision', type: 'text' },
  { name: 'certain', type: 'flag' },
]

function cellsOf(row: number): readonly ValueCell[] {
  if (row % 9 === 0) return [null, null, null, null, null]
  return [
    row === 1 ? -0 : row / 7,
    2n ** 60n + BigInt(row),
    [row, Math.fround(row / 3)],
    `d${row % 2}`,
    row > 20,
  ]
}

async function objectsIn(path: string): Promise<readonly Record<string, unknown>[]> {
  await using file = await openFileSource(path)
  return await parquetReadObjects({ file, compressors: decompressors })
}

test('columns are added to a file, and those that were there stay as they were, whatever their types', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-widened-'))
  t.after(() => rm(folder, { recursive: true }))
  await using source = await openFileSource(NESTED)
  const { footer, rowGroups } = await ParquetFile.open(source)
  const path = join(folder, 'widened.parquet')
  {
    await using widened = await WidenedFile.create(path, source, footer)
    for (const { start, rows } of rowGroups) {
      const cells = Array.from({ length: rows }, (_, i) => cellsOf(start + i))
      await widened.append(
        writeValueFile(
          COLUMNS,
          COLUMNS.map((_, column) => cells.map(row => row[column]!)),
        ),
      )
    }
    await widened.finish()
  }
  const before = await objectsIn(NESTED)
  const added = Array.from({ length: ROWS }, (_, row) =>
    Object.fromEntries(cellsOf(row).map((cell, i) => [COLUMNS[i]!.name, cell])),
  )
  assert.deepStrictEqual(
    await objectsIn(path),
    // The reader has undefined for a list that is missing.
    before.map((row, i) => ({ ...row, ...added[i], element: added[i]!['element'] ?? undefined })),
  )
  assert.deepStrictEqual(
    footer.key_value_metadata?.map(({ key }) => key),
    ['ARROW:schema'],
  )
  await using again = await openFileSource(path)
  assert.deepStrictEqual((await ParquetFile.open(again)).metadata, {})
})
