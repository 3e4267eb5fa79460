import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Downloaded } from '../../src/registry/mlflow/download-version.ts'
import { VersionCache } from '../../src/registry/mlflow/version-cache.ts'

async function openCache(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-cache-'))
  t.after(() => rm(folder, { recursive: true }))
  const seen = { downloads: 0 }
  const download =
    (content: string) =>
    async (target: string): Promise<Downloaded> => {
      seen.downloads++
      await writeFile(join(target, 'model.onnx'), content)
      return { 'model.onnx': hash('sha256', content) }
    }
  return { cache: new VersionCache(folder), folder: join(folder, 'versions'), download, seen }
}

const contentOf = (folder: string): Promise<string> => readFile(join(folder, 'model.onnx'), 'utf8')

test('a version is downloaded once, by whoever asks first', async t => {
  const { cache, download, seen } = await openCache(t)
  const first = await cache.folderOf(['a'], 's', download('one'))
  assert.equal(await cache.folderOf(['a'], 's', download('two')), first)
  assert.equal(await contentOf(first), 'one')
  assert.equal(seen.downloads, 1)
})

test('another stamp is another version', async t => {
  const { cache, download } = await openCache(t)
  await cache.folderOf(['a'], 's', download('one'))
  assert.equal(await contentOf(await cache.folderOf(['a'], 't', download('two'))), 'two')
  assert.equal(await contentOf((await cache.keptFolder(['a']))!), 'two')
  assert.equal(await cache.keptFolder(['b']), undefined)
})

test('the same content is kept once', async t => {
  const { cache, folder, download } = await openCache(t)
  const places = await Promise.all(['a', 'b', 'c'].map(name => cache.folderOf([name], 's', download('same'))))
  assert.equal(new Set(places).size, 1)
  assert.equal((await readdir(folder)).length, 1)
})

test('a download that fails leaves nothing', async t => {
  const { cache, folder } = await openCache(t)
  const failing = async (target: string): Promise<Downloaded> => {
    await writeFile(join(target, 'model.onnx'), 'half')
    throw new Error('cut off')
  }
  await assert.rejects(cache.folderOf(['a'], 's', failing), { message: 'cut off' })
  assert.deepStrictEqual(await readdir(folder), [])
})

test('the versions that were used last are kept, and what a crash left is removed after a day', async t => {
  const { cache, folder, download } = await openCache(t)
  await mkdir(join(folder, 'partial-old'), { recursive: true })
  await mkdir(join(folder, 'partial-new'))
  await utimes(join(folder, 'partial-old'), 1, 1)
  for (let i = 0; i < 10; i++) {
    const place = await cache.folderOf([`v${i}`], 's', download(`content ${i}`))
    await utimes(place, 1_000_000 + i, 1_000_000 + i)
  }
  const kept = (await readdir(folder)).filter(name => !name.startsWith('partial-'))
  assert.equal(kept.length, 8)
  assert.equal(await cache.keptFolder(['v1']), undefined)
  assert.notEqual(await cache.keptFolder(['v2']), undefined)
  assert.ok((await readdir(folder)).includes('partial-new'))
  assert.ok(!(await readdir(folder)).includes('partial-old'))
})
