import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openInput } from '../../src/input/open-input.ts'
import { collect, temporaryFile } from './files.ts'

async function rowsOf(t: TestContext, content: string | Buffer, name = 'input'): Promise<unknown[]> {
  return collect(openInput(await temporaryFile(t, name, content)))
}

const CSV = 'id,amount\n1,2.50\n2,0\n'
const NDJSON = '{"id":1,"amount":2.5}\n{"id":2,"amount":0}\n'
const CSV_ROWS = [
  { id: '1', amount: '2.50' },
  { id: '2', amount: '0' },
]
const NDJSON_ROWS = [
  { id: 1, amount: 2.5 },
  { id: 2, amount: 0 },
]

test('CSV and NDJSON are read plain and compressed, whatever the name says', async t => {
  for (const name of ['a.csv', 'a.csv.gz', 'a']) {
    assert.deepStrictEqual(await rowsOf(t, CSV, name), CSV_ROWS)
    assert.deepStrictEqual(await rowsOf(t, gzipSync(CSV), name), CSV_ROWS)
    assert.deepStrictEqual(await rowsOf(t, NDJSON, name), NDJSON_ROWS)
    assert.deepStrictEqual(await rowsOf(t, gzipSync(NDJSON), name), NDJSON_ROWS)
  }
})

test('several gzip members in one file are read as one', async t => {
  const members = Buffer.concat([gzipSync('id,amount\n1,2.50\n'), gzipSync('2,0\n')])
  assert.deepStrictEqual(await rowsOf(t, members), CSV_ROWS)
})

test('a byte order mark, CRLF, empty lines and a missing last line feed change nothing', async t => {
  assert.deepStrictEqual(await rowsOf(t, '\ufeffid,amount\r\n1,2.50\r\n\r\n2,0'), CSV_ROWS)
  assert.deepStrictEqual(
    await rowsOf(t, '\ufeff{"id":1,"amount":2.5}\r\n\r\n{"id":2,"amount":0}'),
    NDJSON_ROWS,
  )
})

test('a quoted value may hold commas, quotes and line feeds', async t => {
  const rows = await rowsOf(t, 'id,note\n1,"a, ""b""\r\nc"\n2,"d\n\n"\n')
  assert.deepStrictEqual(rows, [
    { id: '1', note: 'a, "b"\r\nc' },
    { id: '2', note: 'd\n\n' },
  ])
})

test('a CSV record with too few or too many values comes as an unreadable row', async t => {
  const rows = await rowsOf(t, 'id,amount\n1\n2,1,234.50\n3,4\n')
  assert.deepStrictEqual(rows, [{ unreadable: '1' }, { unreadable: '2,1,234.50' }, { id: '3', amount: '4' }])
})

test('a stray quote costs its own record only', async t => {
  const many = Array.from({ length: 2_000 }, (_, id) => ({ id: `${id}`, amount: '7' }))
  const lines = many.map(({ id, amount }) => `${id},${amount}`)
  const rows = await rowsOf(t, `id,amount\n1,"open\n${lines.join('\n')}\n2,x"y\n`)
  assert.deepStrictEqual(rows, [{ unreadable: '1,"open' }, ...many, { unreadable: '2,x"y' }])
})

test('an unclosed quote in the last record does not hide the ones before it', async t => {
  const rows = await rowsOf(t, 'id,amount\n1,2.50\n2,0\n3,"open\n4,5\n')
  assert.deepStrictEqual(rows, [...CSV_ROWS, { unreadable: '3,"open' }, { id: '4', amount: '5' }])
})

test('an NDJSON line that is no object comes as an unreadable row', async t => {
  const rows = await rowsOf(t, '{"id":1}\n{"id":\n17\n[1]\nnull\n{"id":2}\n')
  const unreadable = ['{"id":', '17', '[1]', 'null'].map(text => ({ unreadable: text }))
  assert.deepStrictEqual(rows, [{ id: 1 }, ...unreadable, { id: 2 }])
})

test('the name decides when an NDJSON file begins with a faulty line', async t => {
  assert.deepStrictEqual(await rowsOf(t, 'oops\n{"id":1}\n', 'a.ndjson'), [{ unreadable: 'oops' }, { id: 1 }])
})

test('a line without an end is cut instead of held in memory', async t => {
  const [row] = await rowsOf(t, `{"id":"${'x'.repeat(5_000_000)}`)
  assert.equal(String((row as { unreadable: string }).unreadable).length, 1_048_576)
})

test('text is not torn where a chunk ends within a letter', async t => {
  const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: 'ä€🙂' }))
  assert.deepStrictEqual(await rowsOf(t, rows.map(row => JSON.stringify(row)).join('\n')), rows)
})

test('an empty file, or one with column names only, has no rows', async t => {
  assert.deepStrictEqual(await rowsOf(t, ''), [])
  assert.deepStrictEqual(await rowsOf(t, 'id,amount\n'), [])
})

test('a file that is missing, cut off, or one JSON array is refused as a whole', async t => {
  await assert.rejects(collect(openInput('/no/such/file')), { code: 'INPUT_INVALID' })
  const rows = Array.from({ length: 50_000 }, (_, id) => `${id},${Math.sin(id)}`).join('\n')
  const cutOff = gzipSync(`id,value\n${rows}`).subarray(0, -1_000)
  await assert.rejects(rowsOf(t, cutOff), { code: 'INPUT_INVALID', message: /unexpected end of file/ })
  await assert.rejects(rowsOf(t, '[{"id":1}]'), { code: 'INPUT_INVALID', message: /one JSON object a line/ })
})

test('CSV whose column names cannot be read is refused', async t => {
  await assert.rejects(rowsOf(t, '"id"x,amount\n1,2\n'), { code: 'INPUT_INVALID' })
})

test('the values of a record do not depend on where a chunk of the file ends', async t => {
  const rows = Array.from({ length: 30_000 }, (_, id) => ({ id: String(id), note: `${id},"${id}"\n` }))
  const lines = rows.map(({ id, note }) => `${id},"${note.replaceAll('"', '""')}"\r\n`)
  assert.deepStrictEqual(await rowsOf(t, `id,note\r\n${lines.join('')}`), rows)
})
