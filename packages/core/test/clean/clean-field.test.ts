import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanField } from '../../src/clean/clean-field.ts'
import {
  double,
  type EventValue,
  type Field,
  flag,
  integer,
  money,
  text,
  timestamp,
} from '../../src/index.ts'

const NOW = Date.UTC(2026, 0, 1)
const DAY = 86_400_000

interface Cleaned {
  readonly value: EventValue
  readonly corrected: boolean
}

const kept = (value: EventValue): Cleaned => ({ value, corrected: false })
const corrected = (value: EventValue): Cleaned => ({ value, corrected: true })

type Case = readonly [raw: unknown, cleaned: Cleaned | string]

/** Checks each raw value; a text as the expectation is a reason and message of a rejection. */
function check(field: Field, cases: readonly Case[]): void {
  for (const [raw, expected] of cases) {
    const cleaned = cleanField('x', field, raw, NOW)
    const seen =
      typeof cleaned === 'object' && cleaned !== null
        ? `${cleaned.reason}: ${cleaned.message}`
        : { value: cleaned, corrected: cleaned !== raw }
    assert.deepStrictEqual(seen, expected, `raw ${String(raw)}`)
  }
}

const MISSING = 'FIELD_MISSING: The field "x" is missing.'

test('text is trimmed, and must be text that is neither empty nor too long', () => {
  check(text('x', { maxLength: 3 }), [
    ['abc', kept('abc')],
    [' ab\t', corrected('ab')],
    ['   abc   ', corrected('abc')],
    ['abcd', 'OUT_OF_RANGE: The field "x" is longer than 3 characters.'],
    ['', 'FIELD_MISSING: The field "x" is empty.'],
    [' ', 'FIELD_MISSING: The field "x" is empty.'],
    [7, 'TYPE_MISMATCH: The field "x" must be text.'],
    [{}, 'TYPE_MISMATCH: The field "x" must be text.'],
    [undefined, MISSING],
    [null, MISSING],
  ])
})

test('text can be left as it is, or brought to one case', () => {
  check(text('x', { trim: false }), [[' Ab ', kept(' Ab ')]])
  check(text('x', { letterCase: 'lower' }), [
    [' ÄB', corrected('äb')],
    ['äb', kept('äb')],
  ])
  check(text('x', { letterCase: 'upper' }), [['äb', corrected('ÄB')]])
})

test('a flag is true or false, or 0 or 1', () => {
  check(flag('x'), [
    [true, kept(true)],
    [false, kept(false)],
    [1, corrected(true)],
    [0, corrected(false)],
    [2, 'TYPE_MISMATCH: The field "x" must be true or false.'],
    ['true', 'TYPE_MISMATCH: The field "x" must be true or false.'],
    [null, MISSING],
  ])
})

test('a double is any finite number', () => {
  check(double('x'), [
    [-0.5, kept(-0.5)],
    [1e300, kept(1e300)],
    [Infinity, 'OUT_OF_RANGE: The field "x" is no finite number.'],
    [NaN, 'OUT_OF_RANGE: The field "x" is no finite number.'],
    ['1', 'TYPE_MISMATCH: The field "x" must be a number.'],
    [true, 'TYPE_MISMATCH: The field "x" must be a number.'],
    [undefined, MISSING],
  ])
})

test('an integer is a whole number that a double holds exactly', () => {
  check(integer('x'), [
    [-3, kept(-3)],
    [2 ** 53 - 1, kept(2 ** 53 - 1)],
    [2 ** 53, 'TYPE_MISMATCH: The field "x" must be a whole number.'],
    [1.5, 'TYPE_MISMATCH: The field "x" must be a whole number.'],
  ])
})

test('a number out of its range is refused or capped', () => {
  check(double('x', { min: -1, max: 5 }), [
    [-1, kept(-1)],
    [5, kept(5)],
    [5.1, 'OUT_OF_RANGE: The field "x" must be from -1 to 5.'],
  ])
  check(integer('x', { min: 0, max: 5, outOfRange: 'cap' }), [
    [9, corrected(5)],
    [-9, corrected(0)],
    [3, kept(3)],
  ])
})

test('money is rounded to its decimals and, by default, not negative', () => {
  check(money('x', { max: 100 }), [
    [12.34, kept(12.34)],
    [12.345, corrected(12.35)],
    [0.1 + 0.2, corrected(0.3)],
    [-0.01, 'OUT_OF_RANGE: The field "x" must be from 0 to 100.'],
    [100.01, 'OUT_OF_RANGE: The field "x" must be from 0 to 100.'],
  ])
  check(money('x', { decimals: 0, min: -10, max: 10, outOfRange: 'cap' }), [
    [2.5, corrected(3)],
    [-1e9, corrected(-10)],
  ])
})

test('a time is epoch milliseconds, or ISO 8601 text with a zone', () => {
  const zoneless =
    'TYPE_MISMATCH: The field "x" must be a time: epoch milliseconds, or ISO 8601 text with a zone.'
  check(timestamp('x'), [
    [NOW, kept(NOW)],
    [NOW + 0.4, corrected(NOW)],
    ['2026-01-01T00:00:00Z', corrected(NOW)],
    ['2026-01-01T01:30:00+01:30', corrected(NOW)],
    ['2025-12-31T20:00:00.000-0400', corrected(NOW)],
    ['2026-01-01T00:00:00', zoneless],
    ['2026-13-01T00:00:00Z', zoneless],
    ['yesterday', zoneless],
    [String(NOW), zoneless],
    [true, zoneless],
    [NaN, zoneless],
    [null, MISSING],
  ])
})

test('a time must lie within its bounds', () => {
  const tooOld = 'TIMESTAMP_OUT_OF_BOUNDS: The field "x" is before 2000-01-01T00:00:00.000Z.'
  const tooFar = 'TIMESTAMP_OUT_OF_BOUNDS: The field "x" is too far in the future.'
  check(timestamp('x'), [
    [Date.UTC(2000, 0, 1), kept(Date.UTC(2000, 0, 1))],
    [Date.UTC(2000, 0, 1) - 1, tooOld],
    [NOW + DAY, kept(NOW + DAY)],
    [NOW + DAY + 1, tooFar],
    [Infinity, tooFar],
    [-Infinity, tooOld],
  ])
})

test('a time without an oldest value may be any that is not ahead', () => {
  check(timestamp('x', { notBefore: -Infinity }), [
    [-1, kept(-1)],
    [NOW + DAY + 1, 'TIMESTAMP_OUT_OF_BOUNDS: The field "x" is too far in the future.'],
  ])
})

test('a default stands in for a missing value only, and is marked', () => {
  const defaults: readonly (readonly [Field, string | number | boolean, unknown])[] = [
    [text('x', { default: 'none' }), 'none', 5],
    [double('x', { default: 0 }), 0, 'a'],
    [integer('x', { default: 0 }), 0, 0.5],
    [money('x', { default: 0 }), 0, -1],
    [flag('x', { default: false }), false, 'no'],
    [timestamp('x', { default: NOW }), NOW, 'now'],
  ]
  for (const [field, value, wrong] of defaults) {
    check(field, [
      [undefined, corrected(value)],
      [null, corrected(value)],
    ])
    assert.ok(typeof cleanField('x', field, wrong, NOW) === 'object')
  }
})

test('no message holds a value from the record', () => {
  const secret = 'S3cret'
  const wrong: readonly (readonly [Field, unknown])[] = [
    [text('x', { maxLength: 2 }), secret],
    [double('x'), secret],
    [integer('x'), 987_654.5],
    [money('x', { max: 5 }), 987_654],
    [flag('x'), secret],
    [timestamp('x'), secret],
    [timestamp('x'), 987_654],
  ]
  for (const [field, raw] of wrong) {
    const cleaned = cleanField('x', field, raw, NOW)
    assert.ok(typeof cleaned === 'object' && cleaned !== null)
    assert.doesNotMatch(cleaned.message, /S3cret|987/)
  }
})

test('a missing value of an optional field is null, and an empty text is missing', () => {
  check(text('x', { optional: true }), [
    [undefined, corrected(null)],
    [null, kept(null)],
    [' ', corrected(null)],
    ['a', kept('a')],
  ])
  for (const field of [double, integer, money, flag, timestamp])
    check(field('x', { optional: true }), [[null, kept(null)]])
  check(double('x', { optional: true }), [['7', 'TYPE_MISMATCH: The field "x" must be a number.']])
})
