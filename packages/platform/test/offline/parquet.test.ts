import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  bytesSource,
  type Column,
  type ColumnValues,
  openFileSource,
  ParquetFile,
  ParquetWriter,
  writeParquet,
} from '@millrace/platform/offline'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'

const COLUMNS: readonly Column[] = [
  { name: 'amount', kind: 'double' },
  { name: 'score', kind: 'double', optional: true },
  { name: 'offset', kind: 'integer' },
  { name: 'count', kind: 'integer', optional: true },
  { name: 'occurredAt', kind: 'timestamp' },
  { name: 'knownAt', kind: 'timestamp', optional: true },
  { name: 'id', kind: 'text' },
  { name: 'note', kind: 'text', optional: true },
  { name: 'isHome', kind: 'flag' },
  { name: 'isFraud', kind: 'flag', optional: true },
]

const VALUES: readonly ColumnValues[] = [
  Float64Array.of(12.34, -0, 1e300),
  Float64Array.of(0.1, Number.NaN, -1),
  Float64Array.of(0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
  Float64Array.of(Number.NaN, 7, 2 ** 31),
  Float64Array.of(1_522_540_800_000, -1, 0),
  Float64Array.of(1, Number.NaN, 2 ** 40),
  ['a', 'Zürich', 'x'.repeat(1_000)],
  [null, '', '𝄞'],
  [true, false, true],
  [null, true, false],
]

async function readAll(file: ParquetFile): Promise<ColumnValues[][]> {
  const groups: ColumnValues[][] = []
  for (const group of file.rowGroups) {
    groups.push(await Promise.all(file.columns.map(column => file.read(column.name, group))))
  }
  return groups
}

test('every kind of value comes back as it was written, missing ones too', async () => {
  const file = await ParquetFile.open(bytesSource(writeParquet(COLUMNS, VALUES)))
  assert.deepStrictEqual(
    file.columns,
    COLUMNS.map(column => ({ optional: false, ...column })),
  )
  assert.strictEqual(file.rows, 3)
  assert.deepStrictEqual(await readAll(file), [VALUES])
})

test('row groups and the texts of the footer are kept, and the same rows give the same bytes', async () => {
  const write = (): Uint8Array => {
    const writer = new ParquetWriter(COLUMNS, { metadata: { pipeline: 'card-fraud' } })
    writer.append(VALUES)
    writer.append(COLUMNS.map(() => []))
    writer.append(VALUES.map(values => values.slice(1)))
    assert.strictEqual(writer.rows, 5)
    return writer.finish()
  }
  const file = await ParquetFile.open(bytesSource(write()))
  assert.deepStrictEqual(file.rowGroups, [
    { start: 0, rows: 3 },
    { start: 3, rows: 2 },
  ])
  assert.deepStrictEqual(file.metadata, { pipeline: 'card-fraud' })
  assert.deepStrictEqual(await readAll(file), [VALUES, VALUES.map(values => values.slice(1))])
  assert.deepStrictEqual(write(), write())
})

test('a file without rows has its columns', async () => {
  const file = await ParquetFile.open(bytesSource(writeParquet(COLUMNS, [])))
  assert.strictEqual(file.columns.length, COLUMNS.length)
  assert.deepStrictEqual(file.rowGroups, [])
})

for (const name of ['pandas-zstd', 'pandas-gzip']) {
  test(`columns that pandas 3.1 wrote are read, lists left aside: ${name}`, async () => {
    await using source = await openFileSource(join(import.meta.dirname, `${name}.parquet`))
    const file = await ParquetFile.open(source)
    const times = Float64Array.of(1_767_225_600_123, Number.NaN, -1)
    const expected: Record<string, ColumnValues> = {
      id: ['a', 'Zürich', null],
      kind: ['x', 'y', 'x'],
      amount: Float64Array.of(1.5, Number.NaN, -0),
      count: Float64Array.of(1, Number.NaN, 3),
      small: Float64Array.of(1, 2, 3),
      isFraud: [true, null, false],
      ns: times,
      us: times,
      ms: times,
    }
    assert.deepStrictEqual(
      file.columns.map(column => column.name),
      Object.keys(expected),
    )
    assert.deepStrictEqual(await readAll(file), [Object.values(expected)])
  })
}

test('-0 stays apart from 0 where values repeat', async () => {
  const zeros = Float64Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? 0 : -0))
  const file = await ParquetFile.open(bytesSource(writeParquet([{ name: 'a', kind: 'double' }], [zeros])))
  assert.deepStrictEqual(await readAll(file), [[zeros]])
})

test('columns of many pages, repeated and missing values come back as they were', async () => {
  await forEachSeed(2, async random => {
    const { values, columns } = manyRows(random)
    const file = await ParquetFile.open(bytesSource(writeParquet(columns, values)))
    assert.deepStrictEqual(await readAll(file), [values])
  })
})

test('a part of a file is read from disk, and what is no Parquet is said so', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.parquet')
  await writeFile(path, writeParquet(COLUMNS, VALUES))
  await using source = await openFileSource(path)
  const file = await ParquetFile.open(source)
  assert.deepStrictEqual(await file.read('id', file.rowGroups[0]!), VALUES[6])
  await assert.rejects(file.read('nothing', file.rowGroups[0]!), {
    code: 'INPUT_INVALID',
    message: /^There is no column "nothing": the file has amount, score/,
  })
  await assert.rejects(ParquetFile.open(bytesSource(new Uint8Array(100))), { code: 'INPUT_INVALID' })
})

function manyRows(random: SeededRandom): { columns: Column[]; values: ColumnValues[] } {
  const rows = 60_000
  const each = <T>(value: () => T): T[] => Array.from({ length: rows }, value)
  return {
    columns: [
      { name: 'a', kind: 'double', optional: true },
      { name: 'b', kind: 'text', optional: true },
      { name: 'c', kind: 'text' },
      { name: 'd', kind: 'timestamp' },
    ],
    values: [
      Float64Array.from(each(() => (random.next() < 0.3 ? Number.NaN : random.next()))),
      each(() => (random.next() < 0.1 ? null : `entity-${Math.floor(random.next() * 5_000)}`)),
      each(() => String(random.next())),
      Float64Array.from(each(() => Math.floor(random.next() * 2e12))),
    ],
  }
}
