import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseModelReference, resolveReference } from '../../src/registry/model-reference.ts'

const READ: readonly (readonly [string, ReturnType<typeof parseModelReference>])[] = [
  ['3', { name: undefined, version: '3', alias: undefined }],
  ['@champion', { name: undefined, version: undefined, alias: 'champion' }],
  ['models:/fraud/3', { name: 'fraud', version: '3', alias: undefined }],
  ['models:/fraud@champion', { name: 'fraud', version: undefined, alias: 'champion' }],
  ['models:/my%20model@a-b', { name: 'my model', version: undefined, alias: 'a-b' }],
]

for (const [text, reference] of READ) {
  test(`"${text}" names a version`, () => {
    assert.deepStrictEqual(parseModelReference(text), reference)
  })
}

for (const text of [
  '',
  '0',
  '3.1',
  'champion',
  '@',
  '@3',
  'models:/fraud',
  'models:/fraud/Production',
  'models:/@a',
]) {
  test(`"${text}" names no version`, () => {
    assert.throws(() => parseModelReference(text), { code: 'CONFIG_INVALID' })
  })
}

test('an alias means the version that it names now', () => {
  const aliases = new Map([['champion', { version: '4' }]])
  const resolve = (text: string): string => resolveReference(parseModelReference(text), aliases)
  assert.equal(resolve('@champion'), '4')
  assert.equal(resolve('7'), '7')
  assert.throws(() => resolve('@shadow'), {
    code: 'MODEL_INVALID',
    message: 'The alias "shadow" names no version: there are @champion.',
  })
})
