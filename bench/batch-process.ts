import { once } from 'node:events'
import { openFileModel } from '../packages/cli/src/score/open-row-model.ts'
import { runScore } from '../packages/cli/src/score/run-score.ts'
import { measure } from './report.ts'

/** Scores the file that it is sent, and answers what it cost. */
const [{ model: path, input, output, rows }] = (await once(process, 'message')) as [
  { readonly model: string; readonly input: string; readonly output: string; readonly rows: number },
]
const model = await openFileModel(path, undefined, 1)
const measured = await measure(rows, () =>
  runScore({ input, output, model, prefix: '' }, { rows() {}, end() {} }),
)
await model.close()
process.send!(measured)
process.disconnect()
