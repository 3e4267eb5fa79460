import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decide } from '@millrace/core'
import { loadPipeline } from '@millrace/platform'
import { writeParquet } from '@millrace/platform/offline'
import { temporaryFolder } from '../project.ts'
import { ModelServer } from '../serve/model-server.ts'
import { FRAUD, fraudInputs, randomRows, readColumn, scoresOnline } from './scored-file.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const PIPELINE = fileURLToPath(new URL('../../../../pipelines/card-fraud/pipeline.ts', import.meta.url))

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function score(...args: readonly string[]): Promise<Result> {
  const { promise, resolve } = Promise.withResolvers<Result>()
  const child = execFile(process.execPath, [MAIN, 'score', ...args], (_, stdout, stderr) =>
    resolve({ code: child.exitCode!, stdout, stderr }),
  )
  return promise
}

test('a file is scored as the server scores its rows, and the command says what it did', async t => {
  const folder = await temporaryFolder(t)
  const rows = await randomRows(20, 11)
  const full = rows.map(row =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? 0])),
  )
  const [input, output] = [join(folder, 'in.ndjson'), join(folder, 'out.ndjson')]
  await writeFile(input, full.map(row => `${JSON.stringify(row)}\n`).join(''))
  const { code, stdout, stderr } = await score(
    input,
    '--model',
    join(FRAUD, 'model.onnx'),
    '--output',
    output,
    '--columns',
    (await fraudInputs()).join(','),
  )
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^20 rows scored by card_fraud 1 \([0-9a-f]{12}\) in /)
  const server = new ModelServer(t, [FRAUD, '--name', 'fraud'])
  const names = await fraudInputs()
  const data = full.flatMap(row => names.map(name => row[name]))
  const inputs = [{ name: 'features', shape: [20, names.length], datatype: 'FP32', data }]
  const answer = await fetch(`${await server.address()}/v2/models/fraud/infer`, {
    method: 'POST',
    body: JSON.stringify({ inputs }),
  })
  const { outputs } = (await answer.json()) as {
    readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[]
  }
  const online = outputs.find(({ name }) => name === 'probabilities')!.data
  const scored = (await readFile(output, 'utf8'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepStrictEqual(
    scored.flatMap(({ probabilities }) => probabilities),
    online,
  )
})

test('a folder of vectors is scored with the model of a pipeline, and decided on as the pipeline does', async t => {
  const folder = await temporaryFolder(t)
  const rows = await randomRows(300, 12)
  const scores = await scoresOnline(rows)
  const names = await fraudInputs()
  await mkdir(join(folder, 'vectors'))
  const columns = names.map(name => ({ name, kind: 'double', optional: true }) as const)
  const values = names.map(name => Float64Array.from(rows, row => row[name] ?? Number.NaN))
  await writeFile(join(folder, 'vectors/part-00000.parquet'), writeParquet(columns, values))
  await writeFile(join(folder, 'vectors/_manifest.json'), '{}')
  const { code, stderr } = await score(
    join(folder, 'vectors'),
    '--pipeline',
    PIPELINE,
    '--output',
    join(folder, 'scored'),
  )
  assert.equal(code, 0, stderr)
  const path = join(folder, 'scored/part-00000.parquet')
  const { model } = await loadPipeline(PIPELINE)
  assert.deepStrictEqual(await readColumn(path, 'score'), scores)
  assert.deepStrictEqual(
    await readColumn(path, 'decision'),
    scores.map(value => decide(model, value)),
  )
})

test('exit code 3 says that some rows have no score', async t => {
  const folder = await temporaryFolder(t)
  const [input, output] = [join(folder, 'in.ndjson'), join(folder, 'out.ndjson')]
  await writeFile(input, `${JSON.stringify((await randomRows(1, 1))[0])}\nno row\n`)
  const { code, stdout } = await score(input, '--model', FRAUD, '--output', output)
  assert.equal(code, 3)
  assert.match(stdout, /^1 rows scored[\s\S]*Without a score: 1 rows, listed in .*rejected\.ndjson\.\n$/)
})

test('what cannot be scored at all is said, and nothing is left behind', async t => {
  const folder = await temporaryFolder(t)
  const cases = [
    [['in.csv', '--model', FRAUD], 2, /^--output says which file to write/],
    [['in.csv', '--output', 'x'], 2, /^score needs either --model or --pipeline/],
    [['in.csv', '--model', FRAUD, '--output', './in.csv'], 2, /^--output must be another file/],
    [['--output', 'x', '--model', FRAUD], 2, /^score needs one file/],
    [
      ['in.csv', '--output', 'x', '--pipeline', PIPELINE, '--columns', 'a'],
      2,
      /^--columns goes with --model/,
    ],
    [
      [join(folder, 'gone.csv'), '--output', join(folder, 'x'), '--model', FRAUD],
      1,
      /^INPUT_INVALID: .*gone\.csv/,
    ],
    [
      [folder, '--output', join(folder, 'x'), '--model', join(folder, 'no.onnx')],
      1,
      /^MODEL_INVALID: .*no\.onnx/,
    ],
  ] as const
  for (const [args, expected, message] of cases) {
    const { code, stderr } = await score(...args)
    assert.equal(code, expected)
    assert.match(stderr, message)
  }
  assert.deepStrictEqual(await readdir(folder), [])
})
