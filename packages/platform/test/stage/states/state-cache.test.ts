import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StateCodec } from '@millrace/core'
import { forEachSeed } from '@millrace/testkit'
import { type CachedState, StateCache } from '../../../src/stage/states/state-cache.ts'

/** Numbers as text, in memory that the next encoding uses again. */
const shared = Buffer.alloc(100)
const codec: StateCodec<number> = {
  encode: state => Buffer.from(String(state)),
  decode: bytes => Number(Buffer.from(bytes).toString()),
  brief: {
    encode: state => shared.subarray(0, shared.write(String(state))),
    decode: bytes => Number(Buffer.from(bytes).toString()),
  },
}

function stateOf({ state, packed }: CachedState<number>): number | undefined {
  return state ?? (packed && codec.decode(packed))
}

/** Hands records to a cache as a stage does: each adds one to the state of its key, or erases it. */
class Round {
  readonly #cache: StateCache<number>
  readonly #stored: Map<string, number>

  constructor(cache: StateCache<number>, stored = new Map<string, number>()) {
    this.#cache = cache
    this.#stored = stored
  }

  /** Answers what each record found. A key with `!` is erased, one with `?` only looked at. */
  handle(...keys: readonly (string | undefined)[]): (number | undefined)[] {
    const used = this.#cache.use(keys.map(key => key?.replace(/[!?]$/, '')))
    for (const entry of used) {
      if (!entry?.isMissing) continue
      const known = this.#stored.get(entry.key.text)
      entry.isMissing = false
      entry.packed = known === undefined ? undefined : codec.encode(known)
    }
    const found = used.map((entry, i) => {
      if (entry === undefined) return undefined
      const state = stateOf(entry)
      if (this.#cache.isShared(entry)) entry.state = state
      if (!keys[i]!.endsWith('?'))
        this.#cache.change(entry, keys[i]!.endsWith('!') ? undefined : (state ?? 0) + 1)
      return state
    })
    this.#cache.endRound(used)
    return found
  }

  write(): Record<string, number | null> {
    const written: Record<string, number | null> = {}
    for (const [key, state] of this.#cache.takeChanged()) {
      written[key] = state === null ? null : codec.decode(state)
      if (state === null) this.#stored.delete(key)
      else this.#stored.set(key, written[key]!)
    }
    return written
  }
}

test('records of one key share its state, and those without a key have none', () => {
  const cache = new StateCache(codec)
  const [first, none, second, other] = cache.use(['a', undefined, 'a', 'b'])
  assert.deepStrictEqual([first?.key.text, none, other?.key.text], ['a', undefined, 'b'])
  assert.equal(first, second)
})

test('records that find their state are hits, also behind one that had it read', () => {
  const cache = new StateCache(codec)
  const round = new Round(cache)
  round.handle('a')
  cache.takeUse()
  round.handle('a', 'b', 'b', undefined, 'a')
  const { states, hits, misses, evictions } = cache.takeUse()
  assert.deepStrictEqual([states, hits, misses, evictions], [2, 3, 1, 0])
  assert.equal(cache.takeUse().hits, 0)
})

test('what is changed is to be stored once, and what is only looked at is not', () => {
  const round = new Round(new StateCache(codec), new Map([['b', 7]]))
  round.handle('a', 'b?', 'a', 'c!')
  assert.deepStrictEqual(round.write(), { a: 2, c: null })
  assert.deepStrictEqual(round.write(), {})
  assert.deepStrictEqual(round.handle('b', 'a', 'c'), [7, 2, undefined])
  assert.deepStrictEqual(round.write(), { b: 8, a: 3, c: 1 })
})

test('a state that few records change is packed, one that many change is kept as an object until few do', () => {
  const cache = new StateCache(codec)
  const round = new Round(cache)
  const isObject = (): boolean => cache.use(['a'])[0]!.state !== undefined
  round.handle('a', 'a')
  assert.equal(isObject(), false)
  round.handle('a')
  assert.equal(isObject(), true)
  round.write()
  assert.equal(isObject(), true)
  round.handle('a')
  round.write()
  assert.equal(isObject(), false)
  assert.deepStrictEqual(round.handle('a'), [4])
})

test('an erased state is kept as erased, whichever way it was kept before', () => {
  const cache = new StateCache(codec)
  const round = new Round(cache)
  round.handle('a', 'a', 'a', 'a', 'b')
  round.write()
  assert.deepStrictEqual(round.handle('a!', 'b!', 'a?', 'b?'), [4, 1, undefined, undefined])
  assert.deepStrictEqual(round.write(), { a: null, b: null })
  assert.deepStrictEqual(round.handle('a?', 'b?'), [undefined, undefined])
  assert.equal(cache.takeUse().misses, 2)
})

test('whatever is handled, written and forgotten, each record finds what those before it made', () =>
  forEachSeed(100, random => {
    const cache = new StateCache(codec)
    const round = new Round(cache)
    const truth = new Map<string, number>()
    for (let step = 0; step < 80; step++) {
      const keys = Array.from({ length: random.integer(1, 8) }, () =>
        random.chance(0.1)
          ? undefined
          : random.pick(['a', 'b', 'c', 'd', 'e']) + random.pick(['', '', '', '', '!', '?']),
      )
      const expected = keys.map(key => {
        if (key === undefined) return undefined
        const name = key[0]!
        const known = truth.get(name)
        if (key.endsWith('!')) truth.delete(name)
        else if (!key.endsWith('?')) truth.set(name, (known ?? 0) + 1)
        return known
      })
      assert.deepStrictEqual(round.handle(...keys), expected)
      if (random.chance(0.3)) round.write()
      if (random.chance(0.2)) cache.forget(random.integer(0, 1_000))
    }
  }))
