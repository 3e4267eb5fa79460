import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { ByteReader, ByteWriter } from '../../src/index.ts'

type Kind = 'byte' | 'varint' | 'signed' | 'float64' | 'uint32'

const EDGES: Readonly<Record<Kind, readonly number[]>> = {
  byte: [0, 1, 255],
  varint: [0, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32, 2 ** 49 - 1, 2 ** 49, Number.MAX_SAFE_INTEGER],
  signed: [0, -1, 1, 63, -64, 64, -65, 2 ** 52 - 1, -(2 ** 52)],
  float64: [0, -0, 0.1, Infinity, -Infinity, NaN, Number.MIN_VALUE, Number.MAX_VALUE],
  uint32: [0, 1, 2 ** 31, 2 ** 32 - 1],
}
const KINDS = Object.keys(EDGES) as Kind[]

function randomValue(random: SeededRandom, kind: Kind): number {
  if (random.chance(0.5)) return random.pick(EDGES[kind])
  if (kind === 'float64') return (random.next() - 0.5) * 10 ** random.integer(-20, 20)
  const bits = { byte: 8, uint32: 32, varint: random.integer(1, 53), signed: random.integer(1, 52) }[kind]
  const magnitude = Math.floor(random.next() * 2 ** bits)
  return kind === 'signed' && random.chance(0.5) ? -1 - magnitude : magnitude
}

test('every edge value comes back as it was written', () => {
  for (const kind of KINDS) {
    for (const value of EDGES[kind]) {
      const writer = new ByteWriter()
      writer[kind](value)
      assert.deepStrictEqual(new ByteReader(writer.finish())[kind](), value, kind)
    }
  }
})

test('any sequence of values comes back, from anywhere inside a buffer', async () => {
  const writer = new ByteWriter()
  await forEachSeed(200, random => {
    const values = Array.from({ length: random.integer(0, 300) }, () => {
      const kind = random.pick(KINDS)
      return { kind, value: randomValue(random, kind) }
    })
    for (const { kind, value } of values) writer[kind](value)
    const bytes = writer.finish()
    const padded = new Uint8Array(bytes.length + 7).fill(0xff)
    padded.set(bytes, 3)
    const reader = new ByteReader(padded.subarray(3, 3 + bytes.length))
    assert.deepStrictEqual(
      values.map(({ kind }) => reader[kind]()),
      values.map(({ value }) => value),
    )
    assert.throws(() => reader.byte(), RangeError)
  })
})

test('differences are signed numbers, and their running sums the values', async () => {
  await forEachSeed(200, random => {
    const edge = 2 ** random.integer(0, 40)
    const values = Array.from({ length: random.integer(0, 60) }, () =>
      random.pick([0, 1, -1, edge - 1, edge, -edge, 1 - edge, random.integer(-100_000, 100_000)]),
    )
    const [first, stride] = [random.integer(0, 3), random.integer(1, 3)]
    const before = random.pick([0, 7, -(2 ** 45)])
    const taken = values.slice(first).filter((_, i) => i % stride === 0)
    const [writer, expected] = [new ByteWriter(), new ByteWriter()]
    writer.byte(1)
    writer.differences(values, first, stride, taken.length, before)
    expected.byte(1)
    taken.forEach((value, i) => {
      expected.signed(value - (i === 0 ? before : taken[i - 1]!))
    })
    const bytes = writer.finish()
    assert.deepStrictEqual(bytes, expected.finish())
    const sums = values.map(() => Number.NaN)
    new ByteReader(bytes.subarray(1)).runningSums(sums, first, stride, taken.length)
    const expectedSums = values.map((value, i) =>
      i >= first && (i - first) % stride === 0 ? value - before : Number.NaN,
    )
    assert.deepStrictEqual(sums, expectedSums)
  })
})

test('what was finished briefly is the same until more is written', () => {
  const writer = new ByteWriter()
  writer.text('first')
  assert.deepStrictEqual([...writer.finishBriefly()], [5, ...Buffer.from('first')])
  writer.byte(2)
  assert.deepStrictEqual(writer.finish(), Uint8Array.of(2))
})

test('small numbers take few bytes', () => {
  const writer = new ByteWriter()
  const sizeOf = (write: () => void): number => {
    write()
    return writer.finish().length
  }
  assert.deepStrictEqual(
    [0, 127, 128, 16_384, Number.MAX_SAFE_INTEGER].map(value => sizeOf(() => writer.varint(value))),
    [1, 1, 2, 3, 8],
  )
  assert.deepStrictEqual(
    [-64, 63, 64].map(value => sizeOf(() => writer.signed(value))),
    [1, 1, 2],
  )
})

test('what was finished does not change with what is written next', () => {
  const writer = new ByteWriter()
  writer.byte(1)
  const first = writer.finish()
  writer.byte(2)
  assert.deepStrictEqual([first, writer.finish()], [Uint8Array.of(1), Uint8Array.of(2)])
})

test('reading past the end is refused', () => {
  const kinds = KINDS.filter(kind => kind !== 'byte')
  for (const kind of kinds) assert.throws(() => new ByteReader(Uint8Array.of(0x80))[kind](), RangeError)
})
