import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const EXPORTS = join(ROOT, 'test/models/zoo/export')

test('docs/models.md exports models by the code that the tests export them with', async () => {
  const page = await readFile(join(ROOT, 'docs/models.md'), 'utf8')
  const shown = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code!)
  const files = (await readdir(EXPORTS)).filter(name => name.endsWith('.py') && !name.startsWith('__'))
  const used = await Promise.all(files.map(name => readFile(join(EXPORTS, name), 'utf8')))
  assert.deepEqual(shown.sort(), used.sort())
})

const NAMED = [
  'scikit-learn',
  'skl2onnx',
  'xgboost-cpu',
  'onnxmltools',
  'lightgbm',
  'catboost',
  'torch',
  'onnxscript',
  'tensorflow_cpu',
  'keras',
  'tf2onnx',
  'pyspark',
]

test('docs/models.md names the versions that the tests train with', async () => {
  const page = await readFile(join(ROOT, 'docs/models.md'), 'utf8')
  const folder = join(ROOT, 'test/models/requirements')
  const lists = await Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8')))
  const pinned = new Map(
    lists.flatMap(list => list.split('\n').map(line => line.split('==') as [string, string])),
  )
  const missing = NAMED.filter(name => !page.includes(pinned.get(name) ?? `no version of ${name}`))
  assert.deepEqual(missing, [])
})
