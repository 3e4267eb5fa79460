import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { JsonBytes } from '../../src/routes/json-bytes.ts'

function written(write: (out: JsonBytes) => void): string {
  const out = new JsonBytes()
  write(out)
  return String(out.finish())
}

test('numbers are written as JSON.stringify writes them', () =>
  forEachSeed(200, random => {
    for (let i = 0; i < 50; i++) {
      const number = random.pick([
        random.integer(-1_000, 1_000),
        random.integer(0, Number.MAX_SAFE_INTEGER),
        -random.integer(0, Number.MAX_SAFE_INTEGER),
        10 ** random.integer(0, 15) - random.integer(0, 1),
        random.next(),
        (random.next() - 0.5) * 10 ** random.integer(-300, 300),
      ])
      assert.equal(
        written(out => out.number(number)),
        JSON.stringify(number),
      )
    }
  }))

test('numbers at the ends are written as JSON.stringify writes them', () => {
  const { MAX_SAFE_INTEGER, MIN_SAFE_INTEGER, MAX_VALUE, MIN_VALUE } = Number
  const ends = [0, -0, MAX_SAFE_INTEGER, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER + 1, MAX_VALUE, MIN_VALUE]
  for (const number of [...ends, Number.NaN, Number.POSITIVE_INFINITY, 999_999_999, 1e9, 1e18, 1e21])
    assert.equal(
      written(out => out.number(number)),
      JSON.stringify(number),
    )
})

test('texts are written as UTF-8, and what was written can be repeated', () => {
  const text = written(out => {
    out.ascii('{"')
    const start = out.length
    out.text('ü€😀')
    const end = out.length
    out.bytes(Buffer.from('":'))
    out.repeat(start, end)
    out.whole(-12)
  })
  assert.equal(text, '{"ü€😀":ü€😀-12')
})

test('an answer of any length is whole, and the next one is another', () => {
  const out = new JsonBytes()
  const pieces = Array.from({ length: 30_000 }, (_, i) => `${i},ü`)
  for (const piece of pieces) out.text(piece)
  const first = out.finish()
  out.begin()
  out.ascii('next')
  assert.deepStrictEqual([String(first), String(out.finish())], [pieces.join(''), 'next'])
})
