import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  NO_WRITE,
  type StageWrite,
  type StatePutAnswer,
  type StateStore,
  type WritePair,
} from '@millrace/core'

/** Opens a namespace that nobody used before, and answers the stores of its stages. */
export type OpenNamespace = (t: TestContext) => Promise<(stage: string) => StateStore>

const MANY = 5_000

/** What every `StateStore` must do, as tests. */
export function testStateStore(name: string, open: OpenNamespace): void {
  test(`${name}: a partition that was never written has no checkpoint`, async t => {
    const store = (await open(t))('stage')
    assert.deepStrictEqual(await store.load(3), {
      pair: NO_WRITE,
      checkpoint: undefined,
      watermark: -Infinity,
    })
    assert.deepStrictEqual(await store.read(3, NO_WRITE, ['a']), [undefined])
  })

  test(`${name}: a write stores states, checkpoint and watermark, and the next one follows it`, async t => {
    const store = (await open(t))('stage')
    const first = await store.write(0, writeOf({ states: { a: [1], b: [2] } }))
    assert.deepStrictEqual(first, { sequence: 1, id: 'w1' })
    const second = await store.write(
      0,
      writeOf({ follows: first, id: 'w2', watermark: 9, states: { b: [3] } }),
    )
    assert.deepStrictEqual(second, { sequence: 2, id: 'w2' })
    assert.deepStrictEqual(await store.load(0), { pair: second, checkpoint: 'body of w2', watermark: 9 })
    assert.deepStrictEqual(await valuesOf(store, second, ['b', 'missing', 'a']), [[3], undefined, [1]])
  })

  test(`${name}: a write that does not follow the stored one is refused and changes nothing`, async t => {
    const store = (await open(t))('stage')
    const first = await store.write(0, writeOf({ states: { a: [1] } }))
    const stale = [NO_WRITE, { sequence: 1, id: 'other' }, { sequence: 2, id: 'w1' }]
    for (const follows of stale) {
      const write = writeOf({ follows, id: 'w2', states: { a: [2], b: [2] } })
      assert.equal(await store.write(0, write), 'refused')
    }
    assert.deepStrictEqual(await store.load(0), { pair: first, checkpoint: 'body of w1', watermark: 0 })
    assert.deepStrictEqual(await valuesOf(store, first, ['a', 'b']), [[1], undefined])
  })

  test(`${name}: a write sent again is answered as before and changes nothing`, async t => {
    const store = (await open(t))('stage')
    const write = writeOf({ states: { a: [1] } })
    const first = await store.write(0, write)
    assert.deepStrictEqual(await store.write(0, write), first)
    const second = await store.write(0, writeOf({ follows: first, id: 'w2', states: { a: [2] } }))
    assert.equal(await store.write(0, write), 'refused')
    assert.deepStrictEqual(await valuesOf(store, second, ['a']), [[2]])
  })

  test(`${name}: a write erases states in one with those it stores`, async t => {
    const store = (await open(t))('stage')
    const first = await store.write(0, writeOf({ states: { a: [1], b: [2], c: [3] } }))
    const states = { a: null, b: [4], missing: null, c: [] }
    const second = await store.write(0, writeOf({ follows: first, id: 'w2', states }))
    const found = await valuesOf(store, second, ['a', 'b', 'missing', 'c'])
    assert.deepStrictEqual(found, [undefined, [4], undefined, []])
    const third = await store.write(0, writeOf({ follows: second, id: 'w3', states: { a: [5], b: null } }))
    assert.deepStrictEqual(await valuesOf(store, third, ['a', 'b']), [[5], undefined])
  })

  test(`${name}: a refused write erases nothing`, async t => {
    const store = (await open(t))('stage')
    const first = await store.write(0, writeOf({ states: { a: [1] } }))
    assert.equal(await store.write(0, writeOf({ id: 'w2', states: { a: null } })), 'refused')
    assert.deepStrictEqual(await valuesOf(store, first, ['a']), [[1]])
  })

  test(`${name}: a read under a stale pair is refused`, async t => {
    const store = (await open(t))('stage')
    await store.write(0, writeOf({ states: { a: [1] } }))
    for (const pair of [NO_WRITE, { sequence: 1, id: 'other' }, { sequence: 2, id: 'w1' }]) {
      assert.equal(await store.read(0, pair, ['a']), 'refused')
      assert.equal(await store.read(0, pair, []), 'refused')
    }
  })

  test(`${name}: a put stores what is absent, at once, and tells what the other keys have`, async t => {
    const store = (await open(t))('stage')
    const first = await store.write(0, writeOf({ states: { a: [1] } }))
    const put = await putInto(store, first, 'p1', { a: [2], b: [3], c: null })
    assert.deepStrictEqual(put, { pair: { sequence: 1, id: 'p1' }, held: { 0: [1] } })
    assert.deepStrictEqual(await valuesOf(store, put.pair, ['a', 'b', 'c']), [[1], [3], undefined])
    const second = await store.write(0, writeOf({ follows: put.pair, id: 'w2', states: { b: [4] } }))
    assert.deepStrictEqual(second, { sequence: 2, id: 'w2' })
    assert.deepStrictEqual(await valuesOf(store, second, ['b']), [[4]])
  })

  test(`${name}: a put leaves the checkpoint as it is, and a partition without one fresh`, async t => {
    const store = (await open(t))('stage')
    const put = await putInto(store, NO_WRITE, 'p1', { a: [1] })
    assert.deepStrictEqual(put.pair, { sequence: 0, id: 'p1' })
    assert.deepStrictEqual(await store.load(0), { ...FRESH, pair: put.pair })
    const written = await store.write(0, writeOf({ follows: put.pair, watermark: 7 }))
    const again = await putInto(store, written, 'p2', {})
    assert.deepStrictEqual(await store.load(0), {
      pair: again.pair,
      checkpoint: 'body of w1',
      watermark: 7,
    })
    assert.deepStrictEqual(await store.pairs([0]), [{ sequence: 1, id: 'p2' }])
  })

  test(`${name}: of a key that comes twice in a put the first value is stored, and found by the second`, async t => {
    const store = (await open(t))('stage')
    const values = [null, Uint8Array.of(1), Uint8Array.of(2), null]
    const put = { follows: NO_WRITE, id: 'p1', keys: ['a', 'a', 'a', 'a'], values }
    const answer = await store.putIfAbsent(0, put)
    assert.notEqual(answer, 'refused')
    assert.deepStrictEqual(heldOf(answer as StatePutAnswer), { 2: [1], 3: [1] })
  })

  test(`${name}: whatever does not follow a put is refused, and a put that does not follow changes nothing`, async t => {
    const store = (await open(t))('stage')
    const first = await store.write(0, writeOf({}))
    const put = await putInto(store, first, 'p1', { a: [1] })
    assert.equal(await store.read(0, first as WritePair, ['a']), 'refused')
    assert.equal(await store.write(0, writeOf({ follows: first, id: 'w2' })), 'refused')
    for (const follows of [first as WritePair, NO_WRITE, { sequence: 1, id: 'other' }]) {
      const late = { follows, id: 'p2', keys: ['b'], values: [Uint8Array.of(2)] }
      assert.equal(await store.putIfAbsent(0, late), 'refused')
    }
    assert.deepStrictEqual(await valuesOf(store, put.pair, ['b']), [undefined])
  })

  test(`${name}: a put sent again finds what it stored`, async t => {
    const store = (await open(t))('stage')
    const first = await putInto(store, NO_WRITE, 'p1', { a: [1] })
    const again = await putInto(store, NO_WRITE, 'p1', { a: [1] })
    assert.deepStrictEqual(again, { pair: first.pair, held: { 0: [1] } })
  })

  test(`${name}: values and keys may have any content, in a put too`, async t => {
    const store = (await open(t))('stage')
    const everyByte = Array.from({ length: 256 }, (_, byte) => byte)
    const long = Array.from({ length: 300 }, (_, i) => i % 256)
    const states = { '': [], 'ü {}:\n✓': everyByte, checkpoint: [0], ['✓'.repeat(100)]: long }
    const { pair } = await putInto(store, NO_WRITE, 'p1', states)
    assert.deepStrictEqual(await valuesOf(store, pair, Object.keys(states)), Object.values(states))
    const { held } = await putInto(store, pair, 'p2', states)
    assert.deepStrictEqual(held, { ...Object.values(states) })
  })

  test(`${name}: values and keys may have any content`, async t => {
    const store = (await open(t))('stage')
    const everyByte = Array.from({ length: 256 }, (_, byte) => byte)
    const states = { '': [], 'ü {}:\n✓': everyByte, checkpoint: [0] }
    const pair = await store.write(0, writeOf({ states }))
    assert.deepStrictEqual(await valuesOf(store, pair, Object.keys(states)), Object.values(states))
  })

  test(`${name}: a stored value does not change with the bytes that it was written from`, async t => {
    const store = (await open(t))('stage')
    const buffer = Uint8Array.of(9, 1, 2, 9)
    const states = new Map([['a', buffer.subarray(1, 3)]])
    const pair = await store.write(0, { ...writeOf({}), states })
    buffer.fill(0)
    assert.deepStrictEqual(await valuesOf(store, pair, ['a']), [[1, 2]])
  })

  test(`${name}: partitions and stages are apart`, async t => {
    const storeOf = await open(t)
    const pair = await storeOf('one').write(1, writeOf({ watermark: 5, states: { a: [1] } }))
    assert.deepStrictEqual(await storeOf('one').pairs([0, 1, 0]), [NO_WRITE, pair, NO_WRITE])
    assert.deepStrictEqual(await storeOf('two').pairs([1]), [NO_WRITE])
    assert.deepStrictEqual(await storeOf('two').read(1, NO_WRITE, ['a']), [undefined])
  })

  test(`${name}: the watermarks of every stage can be read, whatever their value`, async t => {
    const storeOf = await open(t)
    const watermarks = [Infinity, 1_767_225_600_000, -Infinity, 0.5]
    for (const [partition, watermark] of watermarks.entries()) {
      await storeOf('upstream').write(partition, writeOf({ watermark }))
    }
    assert.deepStrictEqual(await storeOf('stage').watermarks('upstream', 5), [...watermarks, -Infinity])
    assert.equal((await storeOf('upstream').load(0)).watermark, Infinity)
  })

  test(`${name}: thousands of states are written and read at once`, async t => {
    const store = (await open(t))('stage')
    const keys = Array.from({ length: MANY }, (_, i) => `entity-${i}`)
    const states = Object.fromEntries(keys.map((key, i) => [key, [i % 256, i >> 8]]))
    const pair = await store.write(0, writeOf({ states }))
    assert.deepStrictEqual(await valuesOf(store, pair, keys), Object.values(states))
  })
}

interface WriteValues {
  readonly follows?: StageWrite['follows'] | 'refused'
  readonly id?: string
  readonly watermark?: number
  readonly states?: Readonly<Record<string, readonly number[] | null>>
}

function writeOf({ follows = NO_WRITE, id = 'w1', watermark = 0, states = {} }: WriteValues): StageWrite {
  assert.notEqual(follows, 'refused')
  const bytes = Object.entries(states).map(
    ([key, value]) => [key, value === null ? null : Uint8Array.from(value)] as const,
  )
  return {
    follows: follows as StageWrite['follows'],
    id,
    checkpoint: `body of ${id}`,
    watermark,
    states: new Map(bytes),
  }
}

const FRESH = { checkpoint: undefined, watermark: -Infinity }

interface Put {
  readonly pair: WritePair
  readonly held: Readonly<Record<number, readonly number[]>>
}

async function putInto(
  store: StateStore,
  follows: WritePair | 'refused',
  id: string,
  states: Readonly<Record<string, readonly number[] | null>>,
): Promise<Put> {
  const values = Object.values(states).map(value => value && Uint8Array.from(value))
  const put = { follows: follows as WritePair, id, keys: Object.keys(states), values }
  const answer = await store.putIfAbsent(0, put)
  assert.notEqual(answer, 'refused')
  const { pair } = answer as StatePutAnswer
  return { pair, held: heldOf(answer as StatePutAnswer) }
}

function heldOf({ held }: StatePutAnswer): Readonly<Record<number, readonly number[]>> {
  return Object.fromEntries([...held].map(([place, value]) => [place, [...value]]))
}

async function valuesOf(
  store: StateStore,
  pair: StageWrite['follows'] | 'refused',
  keys: readonly string[],
): Promise<unknown> {
  assert.notEqual(pair, 'refused')
  const values = await store.read(0, pair as StageWrite['follows'], keys)
  return values === 'refused' ? values : values.map(value => value && [...value])
}
