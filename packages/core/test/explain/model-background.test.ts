import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBackground } from '../../src/index.ts'

const MODEL = { name: 'fraud', version: '2' }

test('a background is its rows, NaN where a value is missing', () => {
  const json = {
    model: MODEL,
    rows: [
      [1, null],
      [2.5, 0],
    ],
    from: 'for people',
  }
  assert.deepStrictEqual(parseBackground(json, MODEL, 2).rows, [
    [1, Number.NaN],
    [2.5, 0],
  ])
})

test('a background that cannot be used is refused with every fault', () => {
  const json = { model: { name: 'fraud', version: '1' }, rows: [[1], [1, '2'], [1, 2], 'row'] }
  assert.throws(() => parseBackground(json, MODEL, 2), {
    code: 'MODEL_INVALID',
    message: [
      "The model's background cannot be used:",
      '- model.version: must be "2"',
      '- rows[0]: must be a list of 2 values',
      '- rows[1]: its values must be finite numbers, or null where missing',
      '- rows[3]: must be a list of 2 values',
    ].join('\n'),
  })
})

for (const [name, json] of [
  ['no object', 7],
  ['no rows', { model: MODEL, rows: [] }],
  ['too many rows', { model: MODEL, rows: Array.from({ length: 1_001 }, () => [1, 2]) }],
] as const) {
  test(`a background of ${name} is refused`, () => {
    assert.throws(() => parseBackground(json, MODEL, 2), /rows: must be a list of 1 to 1000 rows/)
  })
}
