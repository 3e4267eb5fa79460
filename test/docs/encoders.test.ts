import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bins,
  cyclical,
  type Encoder,
  firstKnown,
  fittedEncoders,
  frequency,
  hashing,
  impute,
  interactions,
  isMissing,
  log,
  log1p,
  minMaxScale,
  oneHot,
  ordinal,
  type Pipeline,
  polynomial,
  power,
  product,
  quantileBins,
  robustScale,
  sqrt,
  standardScale,
  target,
  timeOfDay,
  timeOfWeek,
  uniformBins,
} from '@millrace/core'
import * as categories from '../../packages/core/src/define/encoder-categories.ts'
import * as missing from '../../packages/core/src/define/encoder-missing.ts'
import * as numbers from '../../packages/core/src/define/encoder-numbers.ts'
import * as time from '../../packages/core/src/define/encoder-time.ts'
import { readDocument, section } from './documents.ts'

/** One of each kind, with nothing declared that needs not be. */
const ENCODERS: Readonly<Record<string, Encoder>> = {
  oneHot: oneHot('x', { categories: ['a'] }).x_a,
  ordinal: ordinal('x'),
  hashing: hashing('x', { buckets: 2 }),
  frequency: frequency('x'),
  target: target('x', { smoothing: 1 }),
  bins: bins('x', { edges: [1] }),
  quantileBins: quantileBins('x', { bins: 2 }),
  uniformBins: uniformBins('x', { bins: 2 }),
  log: log('x'),
  log1p: log1p('x'),
  sqrt: sqrt('x'),
  power: power('x'),
  product: product(['x', 'y']),
  interactions: interactions(['x', 'y']).x_x_y,
  polynomial: polynomial(['x', 'y']).x_squared,
  minMaxScale: minMaxScale('x'),
  standardScale: standardScale('x'),
  robustScale: robustScale('x'),
  cyclical: cyclical('x', { name: 'x', period: 1 }).x_sin,
  timeOfDay: timeOfDay('x', { name: 'x' }).x_cos,
  timeOfWeek: timeOfWeek('x', { name: 'x' }).x_cos,
  impute: impute('x', { with: 'mean' }),
  firstKnown: firstKnown(['x']),
  isMissing: isMissing('x'),
}

function rowOf(name: string, encoder: Encoder): readonly string[] {
  const fitted = fittedEncoders({ encoders: { features: { x: encoder } } } as unknown as Pipeline).length > 0
  const outcome = (sort: 'unseen' | 'missing'): string => {
    if (encoder.kind === 'first-known' && sort === 'missing') return String(encoder.otherwise)
    const given = encoder as Readonly<Partial<Record<typeof sort, unknown>>>
    return sort in given ? String(given[sort]) : '–'
  }
  return [name, fitted ? 'fitted' : 'not fitted', outcome('unseen'), outcome('missing')]
}

test('docs/pipeline.md has every encoder, whether it is fitted, and its answers to what is unseen or missing', () => {
  const table = section(readDocument('docs/pipeline.md').text, 'Encoders').split('| encoder |')[1]!
  const rows = [...table.matchAll(/^\| `(?:\.\.\.)?(\w+)\(.*?` \|.*\| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)]
  const written = rows.map(([, name, fitted, ...outcomes]) => [
    name,
    fitted === 'no' ? 'not fitted' : 'fitted',
    ...outcomes,
  ])
  assert.deepStrictEqual(
    written,
    Object.entries(ENCODERS).map(([name, encoder]) => rowOf(name, encoder)),
  )
})

test('no encoder is left out of the table', () => {
  const exported = [categories, numbers, time, missing].flatMap(module => Object.keys(module))
  assert.deepStrictEqual(exported.toSorted(), Object.keys(ENCODERS).toSorted())
})
