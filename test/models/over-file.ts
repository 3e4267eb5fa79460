import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadedModel } from '@millrace/inference'
import { openFileModel } from '../../packages/cli/src/score/open-row-model.ts'
import { runScore } from '../../packages/cli/src/score/run-score.ts'
import { type JsonTensor, rowsOf } from './model-files.ts'
import { outputsOf } from './over-rest.ts'
import type { Outputs } from './served.ts'

/** Apart from the names of the inputs. */
const PREFIX = 'answered_'

/** All rows as an NDJSON file, by what `millrace score` runs; a line has no shapes, so each output is flat. */
export async function overFile(
  { signature }: LoadedModel,
  rows: readonly JsonTensor[],
  file: string,
): Promise<Outputs> {
  const lines = await scoredLines(rows, file)
  return outputsOf(
    signature.outputs.map(({ name, datatype }) => {
      const data = lines.flatMap(line => line[PREFIX + name])
      return { name, datatype, shape: [data.length], data } as JsonTensor
    }),
  )
}

async function scoredLines(
  rows: readonly JsonTensor[],
  file: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-scored-'))
  const [input, output] = [join(folder, 'rows.ndjson'), join(folder, 'scored.ndjson')]
  const model = await openFileModel(file, undefined)
  try {
    await writeFile(
      input,
      rowsOf(rows)
        .map(row => `${JSON.stringify(row)}\n`)
        .join(''),
    )
    const { rejected } = await runScore({ input, output, model, prefix: PREFIX }, { rows() {}, end() {} })
    if (rejected > 0) throw new Error(await readFile(`${output}.rejected.ndjson`, 'utf8'))
    return (await readFile(output, 'utf8'))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
  } finally {
    await model.close()
    await rm(folder, { recursive: true })
  }
}
