import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMetrics } from '../../src/watch/parse-metrics.ts'

test('the wanted samples are read with their labels', () => {
  const text = [
    '# TYPE a counter',
    'a{x="1",y="q\\"u{o}te\\n"} 3',
    'a 4.5e3 1700000000',
    'ab 5',
    'b{} 6',
  ].join('\n')
  assert.deepStrictEqual(parseMetrics(text, new Set(['a', 'b'])), [
    { name: 'a', labels: { x: '1', y: 'q"u{o}te\n' }, value: 3 },
    { name: 'a', labels: {}, value: 4_500 },
    { name: 'b', labels: {}, value: 6 },
  ])
})
