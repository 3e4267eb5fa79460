import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readJson } from '../../src/http/read-json.ts'

test('a JSON body is read, also with brackets and escaped quotes within texts', () => {
  const value = { text: '[[[[{{{{ \\" "]', list: [[1], [2]] }
  assert.deepStrictEqual(readJson(Buffer.from(JSON.stringify(value)), { maxDepth: 3 }), value)
})

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['a missing body', undefined, 'The body is empty: it must be JSON.'],
  ['an empty body', Buffer.alloc(0), 'The body is empty: it must be JSON.'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'The body is no JSON: it is not UTF-8.'],
  ['a body that is no JSON', Buffer.from('{"secret": 1'), 'The body is no JSON.'],
  ['a body nested too deeply', Buffer.from('[[[[1]]]]'), 'The body is nested deeper than 3 levels.'],
  ['a body that only opens', Buffer.from('['.repeat(100_000)), 'The body is nested deeper than 3 levels.'],
]

for (const [name, body, message] of REFUSED) {
  test(`${name} is refused without repeating it`, () => {
    assert.throws(() => readJson(body, { maxDepth: 3 }), { code: 'REQUEST_INVALID', message })
  })
}
