import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, watch, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../project.ts'
import { FRAUD, fraudInputs, randomRows, scoreFile } from './scored-file.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

test('a run that was killed at work goes on from its parts, and comes to the same bytes', async t => {
  const folder = await temporaryFolder(t)
  const [input, output, whole] = ['in.csv', 'out.csv', 'whole.csv'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const names = await fraudInputs()
  const some = (await randomRows(500, 21)).map(row => names.map(name => row[name] ?? '').join(','))
  const rows = Array.from({ length: 220_000 }, (_, i) => `${i},${some[i % some.length]}`)
  await writeFile(input, `id,${names.join(',')}\n${rows.join('\n')}\n`)

  const child = spawn(process.execPath, [MAIN, 'score', input, '--model', FRAUD, '--output', output], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const changes = watch(folder, { recursive: true, signal: t.signal })
  for await (const { filename } of changes) if (/part-000001\.[0-9a-f]{64}$/.test(filename ?? '')) break
  child.kill('SIGKILL')
  await ended
  assert.deepStrictEqual((await readdir(folder)).toSorted(), ['in.csv', 'out.csv.parts'])

  const { rows: all, takenOver } = await scoreFile(t, { input, output })
  assert.equal(all, rows.length)
  assert.ok(takenOver >= 50_000 && takenOver < rows.length, `${takenOver} rows were taken over`)
  await scoreFile(t, { input, output: whole })
  assert.ok((await readFile(output)).equals(await readFile(whole)))
})
