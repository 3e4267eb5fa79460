import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Storage } from '@millrace/platform/offline'

/** Opens storage in which nothing was written before. */
type OpenEmpty = (t: TestContext) => Promise<Storage>

/** What every `Storage` must do, as tests. */
export function testStorage(name: string, open: OpenEmpty): void {
  test(`${name}: where nothing was written, nothing is listed and nothing can be read`, async t => {
    const storage = await open(t)
    assert.deepStrictEqual(await storage.list(''), [])
    assert.deepStrictEqual(await storage.list('a/b/'), [])
    assert.equal(await storage.read('a/b'), undefined)
  })

  test(`${name}: what was written is read back byte by byte, an empty object too`, async t => {
    const storage = await open(t)
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    await storage.write('a/all', all)
    await storage.write('empty', new Uint8Array(0))
    assert.deepStrictEqual([...(await storage.read('a/all'))!], [...all])
    assert.deepStrictEqual([...(await storage.read('empty'))!], [])
  })

  test(`${name}: a second write takes the place of the first`, async t => {
    const storage = await open(t)
    await storage.write('a', bytesOf('longer than the next'))
    await storage.write('a', bytesOf('short'))
    assert.equal(textOf(await storage.read('a')), 'short')
    assert.deepStrictEqual(await storage.list(''), [{ name: 'a', size: 5 }])
  })

  test(`${name}: objects are listed by a prefix that may end within a name, sorted`, async t => {
    const storage = await open(t)
    for (const name of ['k=b/d=2/x', 'k=a/z', 'k=b/d=10/y', 'k=b/d=1', 'k=bc/x']) {
      await storage.write(name, bytesOf(name))
    }
    const names = async (prefix: string) => (await storage.list(prefix)).map(({ name }) => name)
    assert.deepStrictEqual(await names(''), ['k=a/z', 'k=b/d=1', 'k=b/d=10/y', 'k=b/d=2/x', 'k=bc/x'])
    assert.deepStrictEqual(await names('k=b'), ['k=b/d=1', 'k=b/d=10/y', 'k=b/d=2/x', 'k=bc/x'])
    assert.deepStrictEqual(await names('k=b/d=1'), ['k=b/d=1', 'k=b/d=10/y'])
    assert.deepStrictEqual(await names('k=c'), [])
  })

  test(`${name}: names keep the characters of topics, dates and spaces`, async t => {
    const storage = await open(t)
    const name = 'date=2025-01-31/a.v1_b-00001 (ü+%2F&?).parquet'
    await storage.write(name, bytesOf('x'))
    assert.deepStrictEqual(await storage.list('date='), [{ name, size: 1 }])
    assert.equal(textOf(await storage.read(name)), 'x')
  })

  test(`${name}: a reader beside writers finds an object whole, old or new`, async t => {
    const storage = await open(t)
    const versions = [1, 2].map(value => new Uint8Array(200_000).fill(value))
    await storage.write('a', versions[0]!)
    const writes = Promise.all(Array.from({ length: 8 }, (_, i) => storage.write('a', versions[i % 2]!)))
    for (let i = 0; i < 20; i++) {
      const found = (await storage.read('a'))!
      assert.equal(found.length, 200_000)
      assert.ok(found.every(byte => byte === found[0]))
      assert.deepStrictEqual(await storage.list(''), [{ name: 'a', size: 200_000 }])
    }
    await writes
  })

  test(`${name}: more objects than one page of an answer holds are all listed`, async t => {
    const storage = await open(t)
    const names = Array.from({ length: 1_100 }, (_, i) => `many/${String(i).padStart(4, '0')}`)
    for (let i = 0; i < names.length; i += 50) {
      await Promise.all(names.slice(i, i + 50).map(name => storage.write(name, bytesOf('x'))))
    }
    const listed = (await storage.list('many/')).map(({ name }) => name)
    assert.deepStrictEqual(listed, names)
  })
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}
