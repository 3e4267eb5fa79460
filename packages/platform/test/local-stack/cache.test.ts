import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { cachedFolder } from '../../src/local-stack/cache.ts'
import { defaultCacheDir } from '../../src/local-stack/cache-dir.ts'
import { idleProcess, temporaryFolder, whenGone } from './helpers.ts'

const fillWith = (content: string) => (folder: string) => writeFile(join(folder, 'file'), content)

test('the cache is where MILLRACE_CACHE says', () => {
  assert.equal(defaultCacheDir({ MILLRACE_CACHE: '/somewhere' }), '/somewhere')
  assert.match(defaultCacheDir({}), /\.cache\/millrace$/)
})

test('a folder is filled once, also when two ask at the same time', async t => {
  const cache = await temporaryFolder(t)
  let fills = 0
  const fill = async (folder: string) => {
    fills++
    await fillWith('whole')(folder)
  }
  const folders = await Promise.all([cachedFolder(cache, 'part', fill), cachedFolder(cache, 'part', fill)])
  assert.deepEqual(folders, [join(cache, 'part'), join(cache, 'part')])
  assert.equal(fills, 1)
  assert.equal(await readFile(join(cache, 'part', 'file'), 'utf8'), 'whole')
  assert.deepEqual(await readdir(cache), ['part'])
})

test('a fill that fails leaves nothing, and the next one starts afresh', async t => {
  const cache = await temporaryFolder(t)
  const failing = cachedFolder(cache, 'part', async folder => {
    await fillWith('half')(folder)
    throw new Error('connection lost')
  })
  await assert.rejects(failing, { message: 'connection lost' })
  assert.deepEqual(await readdir(cache), [])
  await cachedFolder(cache, 'part', fillWith('whole'))
  assert.equal(await readFile(join(cache, 'part', 'file'), 'utf8'), 'whole')
})

test('what a killed process had half filled is removed and not taken as complete', async t => {
  const cache = await temporaryFolder(t)
  const killed = await idleProcess(t)
  killed.child.kill('SIGKILL')
  await whenGone(killed)
  const partial = join(cache, `part.partial-${killed.pid}`)
  await mkdir(partial)
  await writeFile(join(partial, 'file'), 'half')
  await writeFile(join(cache, 'part.lock'), JSON.stringify({ pid: killed.pid, startTime: killed.startTime }))
  const folder = await cachedFolder(cache, 'part', fillWith('whole'))
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'whole')
  assert.deepEqual(await readdir(cache), ['part'])
})
