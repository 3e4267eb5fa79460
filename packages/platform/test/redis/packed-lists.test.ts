import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { PackedLists, unpackList } from '../../src/redis/packed-lists.ts'

/** What a list holds. */
function unpacked(list: Buffer): (Buffer | false)[] {
  return unpackList(list).map(bytes => bytes ?? false)
}

test('what is packed is unpacked in order, and no list is much larger than others or its largest value', () =>
  forEachSeed(30, random => {
    const lists = new PackedLists()
    const expected: (Buffer | false)[] = []
    for (let i = random.integer(0, 300); i > 0; i--) {
      const key = random.pick([
        '',
        'k',
        'é'.repeat(random.integer(0, 100)),
        'x'.repeat(random.integer(0, 300)),
      ])
      expected.push(Buffer.from(key))
      if (random.chance(0.2)) {
        lists.add(key)
        lists.add(key)
        expected.push(Buffer.from(key))
      } else {
        const length = random.pick([0, 1, 255, 256, random.integer(0, 3_000), random.integer(0, 9) * 30_000])
        const value = random.chance(0.1) ? null : Buffer.alloc(length, i)
        lists.addPair(key, value)
        expected.push(value ?? false)
      }
    }
    const packed = lists.finish()
    const items = packed.flatMap(unpacked)
    assert.equal(items.length, expected.length)
    items.forEach((item, i) => {
      const wanted = expected[i]!
      assert.ok(wanted === false || item === false ? item === wanted : item.equals(wanted), `item ${i}`)
    })
    for (const list of packed) {
      const largest = Math.max(...unpackList(list).map(bytes => bytes?.length ?? 0))
      assert.ok(list.length <= 262_144 + largest, `${list.length} bytes, the largest ${largest}`)
    }
  }))

test('the lists of a script are read in each format that cmsgpack writes', () => {
  const long = Buffer.alloc(300, 1)
  const huge = Buffer.alloc(70_000, 2)
  const parts = [
    [0x95, 0xa1, 7, 0xc2, 0xd9, 2, 8, 9],
    [0xda, 300 >> 8, 300 & 0xff],
    long,
    [0xdb, 0, 70_000 >> 16, (70_000 >> 8) & 0xff, 70_000 & 0xff],
    huge,
  ]
  assert.deepStrictEqual(unpackList(Buffer.concat(parts.map(part => Buffer.from(part)))), [
    Buffer.of(7),
    undefined,
    Buffer.of(8, 9),
    long,
    huge,
  ])
  assert.deepStrictEqual(unpackList(Buffer.of(0xdc, 0, 1, 0xc2)), [undefined])
  assert.deepStrictEqual(unpackList(Buffer.of(0xdd, 0, 0, 0, 1, 0xa0)), [Buffer.of()])
})
