import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { watchFiles } from '../../src/files/watch-files.ts'
import { modelFolder, put } from './model-files.ts'

/** Watches a folder; `next` resolves with the next thing that is told. */
function watched(t: TestContext, path: string) {
  const told: string[] = []
  let wake = (): void => {}
  const tell = (text: string): void => {
    told.push(text)
    wake()
  }
  const ending = new AbortController()
  const ended = watchFiles(path, {
    signal: ending.signal,
    interval: 5,
    onChange: async found => tell(found.map(({ name }) => name).join(',')),
    onTrouble: error => tell(String(error)),
  })
  t.after(async () => {
    ending.abort()
    await ended
  })
  return {
    told,
    async next() {
      while (told.length === 0)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      return told.shift()!
    },
  }
}

test('changes are told, each once, and trouble does not end the watch', async t => {
  const folder = await modelFolder(t)
  const models = join(folder, 'models')
  await put(models, 'a.onnx', 'a')
  await put(folder, 'others/c.onnx', 'c')
  const watch = watched(t, models)
  assert.equal(await watch.next(), 'a')
  await put(models, 'b.onnx', 'b')
  assert.equal(await watch.next(), 'a,b')
  await rename(models, join(folder, 'gone'))
  assert.match(await watch.next(), /models cannot be read/)
  await rename(join(folder, 'others'), models)
  assert.equal(await watch.next(), 'c')
  assert.deepStrictEqual(watch.told, [])
})
