import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { withFileLock } from '../../src/local-stack/file-lock.ts'
import { temporaryFolder } from './helpers.ts'

test('a second holder waits until the first has finished', async t => {
  const path = join(await temporaryFolder(t), 'lock')
  const events: string[] = []
  const { promise: firstBegan, resolve: firstBegins } = Promise.withResolvers<void>()
  const { promise: firstMayEnd, resolve: endFirst } = Promise.withResolvers<void>()
  const first = withFileLock(path, async () => {
    firstBegins()
    await firstMayEnd
    events.push('first ends')
  })
  await firstBegan
  const second = withFileLock(path, async () => events.push('second begins'))
  endFirst()
  await Promise.all([first, second])
  assert.deepEqual(events, ['first ends', 'second begins'])
})

test('many holders in one process never hold it together', async t => {
  const path = join(await temporaryFolder(t), 'lock')
  let holders = 0
  const work = async () => {
    assert.equal(++holders, 1)
    await setImmediate()
    holders--
  }
  await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, work)))
})

test('the lock of a dead process is taken over', async t => {
  const path = join(await temporaryFolder(t), 'lock')
  await writeFile(path, JSON.stringify({ pid: process.pid, startTime: 'of an earlier process' }))
  assert.equal(await withFileLock(path, async () => 'done'), 'done')
})

test('work that fails lets the lock go and leaves no file', async t => {
  const folder = await temporaryFolder(t)
  const failing = withFileLock(join(folder, 'lock'), () => Promise.reject(new Error('no luck')))
  await assert.rejects(failing, { message: 'no luck' })
  assert.deepEqual(await readdir(folder), [])
})
