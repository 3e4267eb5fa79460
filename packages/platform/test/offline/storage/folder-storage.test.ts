import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { openStorage } from '@millrace/platform/offline'
import { testStorage } from './storage-contract.ts'

testStorage('a folder', async t => openStorage(join(await emptyFolder(t), 'archive')))

test('a folder may be given as a file URL', async t => {
  const folder = await emptyFolder(t)
  await openStorage(pathToFileURL(folder).href).write('a', new Uint8Array(3))
  assert.deepStrictEqual(await openStorage(folder).list(''), [{ name: 'a', size: 3 }])
})

test('what a process left unfinished in a folder is not listed', async t => {
  const folder = await emptyFolder(t)
  await writeFile(join(folder, 'a.1.unfinished'), 'half')
  assert.deepStrictEqual(await openStorage(folder).list(''), [])
})

test('a write that fails leaves nothing in the folder, and tells the reason', async t => {
  const folder = await emptyFolder(t)
  const storage = openStorage(folder)
  await storage.write('a/b', new Uint8Array(1))
  await assert.rejects(storage.write('a', new Uint8Array(1)), { code: 'STORAGE_UNAVAILABLE' })
  assert.deepStrictEqual(await readdir(folder), ['a'])
})

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-storage-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
