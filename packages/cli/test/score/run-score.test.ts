import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Column, ParquetWriter } from '@millrace/platform/offline'
import { temporaryFolder } from '../project.ts'
import { fraudInputs, randomRows, readColumn, scoreFile, scoresOnline } from './scored-file.ts'

type Row = Readonly<Record<string, number | null>>

async function csvOf(rows: readonly Row[], newline = '\n'): Promise<string> {
  const names = await fraudInputs()
  const lines = rows.map((row, i) => [`"a ""b"", ${i}"`, ...names.map(name => row[name] ?? '')].join(','))
  return [['note', ...names].join(','), ...lines, ''].join(newline)
}

/** A file of several row groups. */
async function parquetOf(rows: readonly Row[], groupRows: number): Promise<Uint8Array> {
  const names = await fraudInputs()
  const columns: Column[] = [
    { name: 'id', kind: 'text' },
    ...names.map(name => ({ name, kind: 'double', optional: true }) as const),
  ]
  const writer = new ParquetWriter(columns, { metadata: { origin: 'test' } })
  for (let from = 0; from < rows.length; from += groupRows) {
    const group = rows.slice(from, from + groupRows)
    writer.append([
      group.map((_, i) => `id-${from + i}`),
      ...names.map(name => Float64Array.from(group, row => row[name] ?? Number.NaN)),
    ])
  }
  return writer.finish()
}

test('rows of every format get, bit for bit, the scores that they get online', async t => {
  const folder = await temporaryFolder(t)
  const rows = await randomRows(1_300, 7)
  const scores = await scoresOnline(rows)
  const at = (name: string) => ({ input: join(folder, name), output: join(folder, `scored-${name}`) })

  await writeFile(at('rows.csv').input, await csvOf(rows, '\r\n'))
  const summary = await scoreFile(t, at('rows.csv'))
  assert.deepStrictEqual(summary, { rows: 1_300, rejected: 0, takenOver: 0 })
  const [header, ...lines] = (await readFile(at('rows.csv').output, 'utf8')).trimEnd().split('\n')
  assert.match(header!, /^note,.*,score,label,probabilities$/)
  assert.match(lines[3]!, /^"a ""b"", 3",/)
  assert.deepStrictEqual(
    lines.map(line => Number(/,([^,]+),\d,"\[[^\]]+\]"$/.exec(line)![1])),
    scores,
  )

  await writeFile(at('rows.ndjson.gz').input, gzipSync(rows.map(row => `${JSON.stringify(row)}\n`).join('')))
  await scoreFile(t, at('rows.ndjson.gz'))
  const objects = gunzipSync(await readFile(at('rows.ndjson.gz').output))
    .toString()
    .trimEnd()
    .split('\n')
  assert.deepStrictEqual(
    objects.map(line => JSON.parse(line).score),
    scores,
  )

  await writeFile(at('rows.parquet').input, await parquetOf(rows, 500))
  await scoreFile(t, at('rows.parquet'))
  assert.deepStrictEqual(await readColumn(at('rows.parquet').output, 'score'), scores)
  const ids = await readColumn(at('rows.parquet').output, 'id')
  assert.deepStrictEqual([ids.length, ids[0], ids.at(-1)], [1_300, 'id-0', 'id-1299'])
})

test('what the rows hold besides is kept to the last digit', async t => {
  const folder = await temporaryFolder(t)
  const [row] = await randomRows(1, 1)
  const kept = `{"big": 12345678901234567890, "text": "\\u00e4", "nested": {"a": [1.0, 1e2]}`
  const line = `${kept}, ${JSON.stringify(row).slice(1)}`
  await writeFile(join(folder, 'in.ndjson'), line)
  await scoreFile(t, { input: join(folder, 'in.ndjson'), output: join(folder, 'out.ndjson') })
  const out = await readFile(join(folder, 'out.ndjson'), 'utf8')
  assert.ok(out.startsWith(kept))
  assert.match(out, /,"score":[\d.e-]+,"label":[01],"probabilities":\[[\d.e-]+,[\d.e-]+\]\}\n$/)
})

test('rows that cannot be scored are listed with their reason, and the others are scored', async t => {
  const folder = await temporaryFolder(t)
  const rows = await randomRows(4, 2)
  const [first] = await fraudInputs()
  const texts = [
    JSON.stringify(rows[0]),
    JSON.stringify({ ...rows[1], [first!]: 'many' }),
    '{ broken',
    JSON.stringify(rows[3]),
  ]
  const output = join(folder, 'out.ndjson')
  await writeFile(join(folder, 'in.ndjson'), `${texts.join('\n')}\n`)
  const summary = await scoreFile(t, { input: join(folder, 'in.ndjson'), output })
  assert.deepStrictEqual(summary, { rows: 4, rejected: 2, takenOver: 0 })
  const scored = (await readFile(output, 'utf8')).trimEnd().split('\n')
  assert.deepStrictEqual(
    scored.map(line => JSON.parse(line).score === null),
    [false, true, false],
  )
  const refused = (await readFile(`${output}.rejected.ndjson`, 'utf8')).trimEnd().split('\n')
  const [wrong, broken] = refused.map(line => JSON.parse(line))
  assert.deepStrictEqual(
    [wrong.row, wrong.reason, wrong.values[first!]],
    [2, `"${first}" is no number`, 'many'],
  )
  assert.deepStrictEqual(broken, { row: 3, reason: 'cannot be read', text: '{ broken' })
})

test('the manifest says what was scored by what, with digests', async t => {
  const folder = await temporaryFolder(t)
  const [input, output] = [join(folder, 'in.csv'), join(folder, 'out.csv')]
  await writeFile(input, await csvOf(await randomRows(3, 3)))
  await scoreFile(t, { input, output }, 'fraud_')
  const manifest = JSON.parse(await readFile(`${output}.manifest.json`, 'utf8'))
  assert.equal(manifest.input, hash('sha256', await readFile(input)))
  assert.equal(manifest.output, hash('sha256', await readFile(output)))
  assert.deepStrictEqual(manifest.columns, ['fraud_score', 'fraud_label', 'fraud_probabilities'])
  assert.deepStrictEqual([manifest.rows, manifest.rejected, manifest.model.version], [3, 0, '1'])
  assert.deepStrictEqual((await readdir(folder)).toSorted(), ['in.csv', 'out.csv', 'out.csv.manifest.json'])
})

test('a run that was broken off goes on behind the parts that are there, and a damaged part is made anew', async t => {
  const folder = await temporaryFolder(t)
  const [input, output] = [join(folder, 'in.parquet'), join(folder, 'out.parquet')]
  await writeFile(input, await parquetOf(await randomRows(900, 4), 300))
  await mkdir(`${output}.part`)
  await assert.rejects(scoreFile(t, { input, output }), { code: 'EISDIR' })
  const [digest] = await readdir(`${output}.parts`)
  const parts = join(`${output}.parts`, digest!)
  const names = (await readdir(parts)).toSorted()
  assert.equal(names.length, 6)
  await writeFile(join(parts, names[0]!), 'damaged')
  await rmdir(`${output}.part`)
  assert.deepStrictEqual(await scoreFile(t, { input, output }), { rows: 900, rejected: 0, takenOver: 600 })
  assert.equal((await readColumn(output, 'score')).length, 900)
})

test('parts of other columns are not taken over', async t => {
  const folder = await temporaryFolder(t)
  const [input, output] = [join(folder, 'in.parquet'), join(folder, 'out.parquet')]
  const rows = await randomRows(100, 6)
  await writeFile(input, await parquetOf(rows, 100))
  await mkdir(`${output}.part`)
  const reversed = (await fraudInputs()).toReversed()
  await assert.rejects(scoreFile(t, { input, output }, '', reversed), { code: 'EISDIR' })
  await rmdir(`${output}.part`)
  assert.equal((await scoreFile(t, { input, output })).takenOver, 0)
  assert.deepStrictEqual(await readColumn(output, 'score'), await scoresOnline(rows))
})

test('a column that is there already is refused', async t => {
  const folder = await temporaryFolder(t)
  const [row] = await randomRows(1, 5)
  const output = join(folder, 'out')
  await writeFile(join(folder, 'in.ndjson'), JSON.stringify({ ...row, label: 1 }))
  await writeFile(
    join(folder, 'in.csv'),
    `score,${Object.keys(row!).join(',')}\n1,${Object.values(row!).join(',')}\n`,
  )
  for (const name of ['in.ndjson', 'in.csv'])
    await assert.rejects(scoreFile(t, { input: join(folder, name), output }), {
      code: 'INPUT_INVALID',
      message: /already: give --prefix/,
    })
})

test('a file without a column of the model, without rows, or that is none, is refused', async t => {
  const folder = await temporaryFolder(t)
  const cases = { 'a.csv': 'x,y\n1,2\n', 'b.ndjson': '', 'c.csv': '', 'd.parquet': 'PAR1 and no more' }
  for (const [name, content] of Object.entries(cases)) {
    await writeFile(join(folder, name), content)
    await assert.rejects(
      scoreFile(t, { input: join(folder, name), output: join(folder, 'out') }),
      { code: 'INPUT_INVALID' },
      name,
    )
  }
})
