import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Column, ParquetWriter } from '@millrace/platform/offline'
import { SeededRandom } from '@millrace/testkit'
import { type Matrix, measureOnnx } from './onnx-floor.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'

const MODEL = resolve(import.meta.dirname, '../pipelines/card-fraud/models/card_fraud')
const GROUP_ROWS = 100_000
const BATCH_ROWS = 512

/** Columns of equal length by name. */
type Columns = ReadonlyMap<string, Float64Array>

/**
 * Rows of a file scored by the card-fraud model with one thread, from each format to itself. Beside it, in the same run,
 * what it cannot be cheaper than: ONNX Runtime alone on the same rows.
 */
export async function benchBatch({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const rows = quick ? 100_000 : 1_000_000
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
  try {
    const columns = await randomColumns(rows)
    report('batch', 'rows', rows, 'rows')
    const floor = await measureOnnx(join(MODEL, '1/model.onnx'), matrixOf(columns, rows), BATCH_ROWS)
    report('batch', 'floor.onnx.cpu', floor, 'us/row')
    await writeFiles(folder, columns, rows)
    for (const format of ['parquet', 'csv', 'ndjson']) {
      const [input, output] = [join(folder, `in.${format}`), join(folder, `out.${format}`)]
      const { cpuUs, rate } = await inProcess({ model: MODEL, input, output, rows }, cpuProfiles)
      report('batch', `${format}.cpu`, cpuUs, 'us/row')
      report('batch', `${format}.rate`, rate, 'rows/s')
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function randomColumns(rows: number): Promise<Columns> {
  const { inputs } = JSON.parse(await readFile(join(MODEL, '1/manifest.json'), 'utf8'))
  const random = new SeededRandom(1)
  const column = (): Float64Array =>
    Float64Array.from({ length: rows }, () => Math.round(random.next() * 1e4) / 100)
  return new Map((inputs as readonly string[]).map(name => [name, column()]))
}

function matrixOf(columns: Columns, rows: number): Matrix {
  const all = [...columns.values()]
  const data = new Float32Array(rows * all.length)
  for (let i = 0; i < rows; i++) for (let c = 0; c < all.length; c++) data[i * all.length + c] = all[c]![i]!
  return { data, columns: all.length }
}

async function writeFiles(folder: string, columns: Columns, rows: number): Promise<void> {
  const names = [...columns.keys()]
  const kinds = names.map((name): Column => ({ name, kind: 'double' }))
  const parquet = new ParquetWriter(kinds)
  const [csv, ndjson] = [[names.join(',')], [] as string[]]
  for (let from = 0; from < rows; from += GROUP_ROWS)
    parquet.append(names.map(name => columns.get(name)!.slice(from, from + GROUP_ROWS)))
  for (let row = 0; row < rows; row++) {
    const values = names.map(name => columns.get(name)![row]!)
    csv.push(values.join(','))
    ndjson.push(`{${names.map((name, i) => `"${name}":${values[i]}`).join(',')}}`)
  }
  await writeFile(join(folder, 'in.parquet'), parquet.finish())
  await writeFile(join(folder, 'in.csv'), csv.join('\n'))
  await writeFile(join(folder, 'in.ndjson'), ndjson.join('\n'))
}

/** In a process of its own, so that what was made here is no work for its garbage collector. */
async function inProcess(
  task: { readonly model: string; readonly input: string; readonly output: string; readonly rows: number },
  cpuProfiles: string | undefined,
): Promise<{ readonly cpuUs: number; readonly rate: number }> {
  const execArgv = cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProfiles}`]
  const child = fork(join(import.meta.dirname, 'batch-process.ts'), { execArgv })
  child.send(task)
  const [measured] = await once(child, 'message')
  await once(child, 'exit')
  return measured
}
