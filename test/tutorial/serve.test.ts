import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { TutorialShell } from './tutorial-shell.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')
const MODEL = join(REPOSITORY, 'pipelines/card-fraud/models/card_fraud/1/model.onnx')

test('packed packages serve a model, and score a file, from an empty folder', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-serve-'))
  const shell = await TutorialShell.open(folder, REPOSITORY)
  t.after(async () => {
    await shell.interrupt()
    await rm(folder, { recursive: true })
  })
  await shell.run(`node scripts/pack.js '${folder}/packed'\nmkdir '${folder}/empty'\ncd '${folder}/empty'`)
  await shell.run(
    `export ONNXRUNTIME_NODE_INSTALL=skip\nnpm install --no-audit --no-fund '${folder}'/packed/*.tgz`,
  )
  await cp(MODEL, join(folder, 'empty/fraud.onnx'))

  shell.start('npx millrace serve fraud.onnx --port 0')
  const [, command] = await shell.printed(/^ {2}(curl .*)$/m)
  const answer = JSON.parse(await shell.run(command!))
  assert.deepStrictEqual([answer.model_name, answer.model_version], ['fraud', '1'])
  await shell.interrupt()

  const names = Array.from({ length: 15 }, (_, i) => `f${i}`).join(',')
  const row = Array(15).fill('0').join(',')
  await shell.run(`printf '${names}\\n${row}\\n' > rows.csv`)
  await shell.run(`npx millrace score rows.csv --model fraud.onnx --columns ${names} --output scored.csv`)
  const [, scored] = (await shell.run('cat scored.csv')).trim().split('\n')
  const online = answer.outputs.find(({ name }: { readonly name: string }) => name === 'probabilities').data
  assert.equal(scored, `${row},${online[1]},0,"[${online.join(',')}]"`)
})
