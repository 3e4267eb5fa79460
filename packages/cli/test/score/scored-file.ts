import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openModel } from '@millrace/inference'
import { openFileSource, ParquetFile } from '@millrace/platform/offline'
import { SeededRandom } from '@millrace/testkit'
import { openFileModel } from '../../src/score/open-row-model.ts'
import { runScore, type ScoreJob } from '../../src/score/run-score.ts'

export const FRAUD = fileURLToPath(
  new URL('../../../../pipelines/card-fraud/models/card_fraud/1/', import.meta.url),
)

/** The columns of the model's input. */
export async function fraudInputs(): Promise<readonly string[]> {
  return JSON.parse(await readFile(join(FRAUD, 'manifest.json'), 'utf8')).inputs
}

/** Rows of values as the model may get them, some of them missing. */
export async function randomRows(
  count: number,
  seed: number,
): Promise<readonly Record<string, number | null>[]> {
  const random = new SeededRandom(seed)
  const names = await fraudInputs()
  const value = (): number | null => (random.next() < 0.05 ? null : Math.fround(random.next() * 200))
  return Array.from({ length: count }, () => Object.fromEntries(names.map(name => [name, value()])))
}

/** The score of each row, asked for by itself, as it is online. */
export async function scoresOnline(
  rows: readonly Record<string, number | null>[],
): Promise<readonly number[]> {
  const model = await openModel({ onnx: await readFile(join(FRAUD, 'model.onnx')) })
  const names = await fraudInputs()
  const scores: number[] = []
  const place = model.signature.outputs.findIndex(({ name }) => name === 'probabilities')
  for (const row of rows) {
    const data = Float32Array.from(names, name => row[name] ?? Number.NaN)
    const outputs = await model.infer([{ datatype: 'FP32', shape: [1, names.length], data }], 1)
    scores.push((outputs[place]!.data as Float32Array)[1]!)
  }
  await model.close()
  return scores
}

/** Scores a file with the fraud model. */
export async function scoreFile(
  t: TestContext,
  files: Pick<ScoreJob, 'input' | 'output'>,
  prefix = '',
  columns?: readonly string[],
): Promise<Awaited<ReturnType<typeof runScore>>> {
  const model = await openFileModel(FRAUD, columns, 2)
  t.after(() => model.close())
  return runScore({ ...files, model, prefix }, { rows() {}, end() {} })
}

/** A column of a Parquet file, over its row groups. */
export async function readColumn(path: string, name: string): Promise<readonly unknown[]> {
  await using source = await openFileSource(path)
  const file = await ParquetFile.open(source)
  const parts: unknown[] = []
  for (const group of file.rowGroups) parts.push(...(await file.read(name, group)))
  return parts
}
