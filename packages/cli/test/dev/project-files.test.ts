import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { changedFiles, takeSnapshot } from '../../src/dev/project-files.ts'
import { temporaryFolder } from '../project.ts'

test('files that were added, changed and removed are told, in order', async t => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'models/1'), { recursive: true })
  for (const name of ['kept.ts', 'changed.ts', 'removed.ts']) await writeFile(join(folder, name), 'a')
  const before = await takeSnapshot(folder)
  await writeFile(join(folder, 'changed.ts'), 'ab')
  await writeFile(join(folder, 'models/1/model.onnx'), 'new')
  await rm(join(folder, 'removed.ts'))
  assert.deepStrictEqual(changedFiles(before, await takeSnapshot(folder)), [
    'changed.ts',
    'models/1/model.onnx',
    'removed.ts',
  ])
})

test('what is installed, hidden or no part of a pipeline is not watched', async t => {
  const folder = await temporaryFolder(t)
  for (const name of ['node_modules', '.millrace']) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'file.ts'), '')
  }
  await writeFile(join(folder, 'notes.md'), '')
  assert.deepStrictEqual([...(await takeSnapshot(folder)).keys()], [])
})
