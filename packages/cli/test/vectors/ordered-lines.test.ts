import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OrderedLines } from '../../src/vectors/ordered-lines.ts'

test('lines come out in the order of their slots, each as soon as it can', () => {
  const written: string[] = []
  const lines = new OrderedLines<string>(text => written.push(text))
  for (const slot of ['a', 'b', 'c', 'd']) lines.expect(slot)
  lines.fill('c', '3')
  lines.fill('a', '1')
  lines.fill('b', null)
  lines.fill('d', '4')
  assert.deepStrictEqual(written, ['1\n', '3\n', '4\n'])
  assert.equal(lines.written, 3)
})

test('at the end what is known is written, and gaps are passed over', () => {
  const written: string[] = []
  const lines = new OrderedLines<string>(text => written.push(text))
  for (const slot of ['a', 'b', 'c']) lines.expect(slot)
  lines.fill('b', '2')
  lines.finish()
  assert.deepStrictEqual(written, ['2\n'])
})
