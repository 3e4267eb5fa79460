import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readModelFiles } from './model-files.ts'
import { runOnnx } from './onnx-run.ts'
import { assertSameScores } from './same-scores.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

for (const name of readdirSync(FIXTURES)) {
  test(`the committed model ${name} answers what its library answered`, async () => {
    const { file, rows, expected, about } = await readModelFiles(join(FIXTURES, name))
    assertSameScores(await runOnnx(file, rows), expected, about)
  })
}
