import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanId, type Field, integer, text } from '../../src/index.ts'

test('an id is the text that cleaning an event gives for it, or none', () => {
  const whole = integer('number', { min: 0, max: 100 })
  const name = text('name', { letterCase: 'upper', maxLength: 3 })
  const cases: readonly (readonly [Field, unknown, string | undefined])[] = [
    [whole, 7, '7'],
    [whole, '7', '7'],
    [whole, '007', '7'],
    [whole, '7.5', undefined],
    [whole, 'x', undefined],
    [whole, '101', undefined],
    [name, ' ab ', 'AB'],
    [name, 12, '12'],
    [name, '', undefined],
    [name, '  ', undefined],
    [name, 'abcd', undefined],
    [name, undefined, undefined],
    [name, null, undefined],
    [name, true, undefined],
  ]
  for (const [field, raw, id] of cases) assert.equal(cleanId('id', field, raw), id, String(raw))
})
