import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bins,
  cyclical,
  type Encoder,
  firstKnown,
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
  partitionOf,
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
} from '../../src/index.ts'
import { encode, type Sale } from './encode-events.ts'

const NAN = Number.NaN
const HOUR = 3_600_000
const TRAINING: readonly Sale[] = [
  { id: 'a', at: 0, x: 1, channel: 'web', won: 1 },
  { id: 'b', at: 1, x: 3, channel: 'web', won: 0 },
  { id: 'c', at: 2, x: 5, channel: 'app', won: 0 },
  { id: 'd', at: 3, channel: 'web', won: 1 },
  { id: 'e', at: 4, x: 5 },
]

/** What one encoder makes of events. */
function column(encoder: Encoder, events: readonly Sale[]): number[] {
  return encode({ encoded: encoder }, events, TRAINING).flat()
}

/** Each with what it makes of a missing value, by default and as declared. */
const MISSING: readonly (readonly [(declared: { missing?: number }) => Encoder, number])[] = [
  [declared => ordinal('channel', declared), NAN],
  [declared => ordinal('channel', { categories: ['web'], ...declared }), NAN],
  [declared => hashing('channel', { buckets: 9, ...declared }), NAN],
  [declared => frequency('channel', declared), NAN],
  [declared => target('channel', { smoothing: 0, ...declared }), 0.5],
  [declared => bins('x', { edges: [1], ...declared }), NAN],
  [declared => quantileBins('x', { bins: 2, ...declared }), NAN],
  [declared => uniformBins('x', { bins: 2, ...declared }), NAN],
  [declared => log('x', declared), NAN],
  [declared => log1p('x', declared), NAN],
  [declared => sqrt('x', declared), NAN],
  [declared => power('x', declared), NAN],
  [declared => minMaxScale('x', declared), NAN],
  [declared => standardScale('x', declared), NAN],
  [declared => robustScale('x', declared), NAN],
  [declared => product(['x', 'y'], declared), NAN],
  [declared => cyclical('x', { name: 'x', period: 1, ...declared }).x_sin, NAN],
  [declared => cyclical('x', { name: 'x', period: 1, ...declared }).x_cos, NAN],
]

test('a missing value has the declared outcome, and one that is documented without a declaration', () => {
  for (const [encoder, expected] of MISSING) {
    assert.deepStrictEqual(column(encoder({}), [{}]), [expected], encoder({}).kind)
    assert.deepStrictEqual(column(encoder({ missing: -7 }), [{}]), [-7], encoder({}).kind)
  }
})

/** Each with a value that it has no number for, and what it makes of it by default. */
const UNSEEN: readonly (readonly [(declared: { unseen?: number }) => Encoder, Sale, number])[] = [
  [declared => ordinal('channel', declared), { channel: 'fax' }, -1],
  [declared => frequency('channel', declared), { channel: 'fax' }, 0],
  [declared => target('channel', { smoothing: 9, ...declared }), { channel: 'fax' }, 0.5],
  [declared => log('x', declared), { x: 0 }, NAN],
  [declared => log('x', declared), { x: -1 }, NAN],
  [declared => log1p('x', declared), { x: -1 }, NAN],
  [declared => sqrt('x', declared), { x: -1 }, NAN],
  [declared => product(['x', 'x'], declared), { x: 1e300 }, NAN],
  [declared => power('x', { lambda: 9, ...declared }), { x: 1e99 }, NAN],
  [declared => minMaxScale('x', { high: 9, ...declared }), { x: 1.7e308 }, NAN],
]

test('a value without a number has the declared outcome, and one that is documented without a declaration', () => {
  for (const [encoder, event, expected] of UNSEEN) {
    assert.deepStrictEqual(column(encoder({}), [event]), [expected], encoder({}).kind)
    assert.deepStrictEqual(column(encoder({ unseen: -7 }), [event]), [-7], encoder({}).kind)
  }
})

test('columns of categories are 0, 1 or missing where a value is unseen or missing', () => {
  const events: readonly Sale[] = [{ channel: 'web' }, { channel: 'fax' }, {}]
  const categories = ['web', 'app'] as const
  assert.deepStrictEqual(encode(oneHot('channel', { categories }), events), [
    [1, 0],
    [0, 0],
    [0, 0],
  ])
  const columns = oneHot('channel', { categories, unseen: 'column', missing: 'column', name: 'by' })
  assert.deepStrictEqual(Object.keys(columns), ['by_web', 'by_app', 'by_other', 'by_missing'])
  assert.deepStrictEqual(encode(columns, events), [
    [1, 0, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ])
  assert.deepStrictEqual(
    encode(oneHot('channel', { categories, unseen: 'missing', missing: 'missing' }), events),
    [
      [1, 0],
      [NAN, NAN],
      [NAN, NAN],
    ],
  )
})

test('flags and numbers are categories by their text', () => {
  assert.deepStrictEqual(
    encode(oneHot('online', { categories: [true, false] }), [{ online: true }, { online: false }]),
    [
      [1, 0],
      [0, 1],
    ],
  )
  assert.deepStrictEqual(
    column(ordinal('x', { categories: [5, '3'] }), [{ x: 3 }, { x: 5 }, { x: 4 }]),
    [1, 0, -1],
  )
})

test('fitted categories are in ascending order, and of too many the most frequent are kept', () => {
  const channels = ['b', 'c', 'c', 'd', 'd', 'a'].map(channel => ({ channel }))
  const asked = ['a', 'b', 'c', 'd'].map(channel => ({ channel }))
  assert.deepStrictEqual(encode({ o: ordinal('channel') }, asked, channels).flat(), [0, 1, 2, 3])
  assert.deepStrictEqual(
    encode({ o: ordinal('channel', { maxCategories: 3 }) }, asked, channels).flat(),
    [0, -1, 1, 2],
  )
  const numbers = [10, 9, 9, 100].map(x => ({ x }))
  assert.deepStrictEqual(encode({ o: ordinal('x') }, numbers, numbers).flat(), [1, 0, 0, 2])
})

test('a hash is the partition that Kafka would choose for the text', () => {
  const encoder = hashing('channel', { buckets: 16 })
  const texts = ['web', 'äöü', 'x'.repeat(300)]
  assert.deepStrictEqual(
    encode(
      { h: encoder },
      texts.map(channel => ({ channel })),
    ).flat(),
    texts.map(text => partitionOf(text, 16)),
  )
})

test('a bin holds its lower edge', () => {
  const events = [-9, 0, 0.5, 1, 7].map(x => ({ x }))
  assert.deepStrictEqual(column(bins('x', { edges: [0, 1] }), events), [0, 1, 1, 2, 2])
})

test('quantiles that fall together are one edge, and values that are all the same are one bin', () => {
  const training = [0, 0, 0, 0, 1].map(x => ({ x }))
  assert.deepStrictEqual(
    encode({ q: quantileBins('x', { bins: 4 }) }, training, training).flat(),
    [0, 0, 0, 0, 0],
  )
  const same = [{ x: 4 }, { x: 4 }]
  const features = {
    q: quantileBins('x', { bins: 4 }),
    u: uniformBins('x', { bins: 4 }),
    s: standardScale('x'),
    r: robustScale('x'),
    m: minMaxScale('x'),
  }
  assert.deepStrictEqual(encode(features, [{ x: 4 }], same), [[0, 0, 0, 0, 0]])
})

test('a scaled value can be kept between the ends', () => {
  const events = [0, 1, 3, 5, 9].map(x => ({ x }))
  assert.deepStrictEqual(column(minMaxScale('x'), events), [-0.25, 0, 0.5, 1, 2])
  assert.deepStrictEqual(column(minMaxScale('x', { clip: true }), events), [0, 0, 0.5, 1, 1])
})

test('logarithms and roots are those of the language', () => {
  const features = { l: log('x'), p: log1p('x'), r: sqrt('x') }
  assert.deepStrictEqual(encode(features, [{ x: 7 }]), [[Math.log(7), Math.log1p(7), Math.sqrt(7)]])
})

test('products are of every two inputs, or of any that are named', () => {
  assert.deepStrictEqual(Object.keys(interactions(['x', 'y', 'z'])), ['x_x_y', 'x_x_z', 'y_x_z'])
  assert.deepStrictEqual(Object.keys(polynomial(['x', 'y'])), ['x_squared', 'y_squared', 'x_x_y'])
  assert.deepStrictEqual(encode({ cube: product(['x', 'x', 'y']) }, [{ x: 3, y: 2 }]), [[18]])
})

test('a cycle ends where it begins, also before its start', () => {
  const events = [0, 1, 2, 3, 4, -1].map(x => ({ x }))
  const rows = encode(cyclical('x', { name: 'quarter', period: 4 }), events)
  const rounded = rows.map(row => row.map(value => Math.round(value * 1e12) / 1e12 + 0))
  assert.deepStrictEqual(rounded, [
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
    [0, 1],
    [-1, 0],
  ])
})

test('the day begins at midnight and the week on Monday, at the declared distance from UTC', () => {
  const monday = Date.UTC(2026, 0, 5)
  const angleAt = (at: number, features: Readonly<Record<string, Encoder>>): number => {
    const [sine, cosine] = encode(features, [{ at }])[0]!
    return ((Math.atan2(sine!, cosine!) / (2 * Math.PI) + 1) % 1) * 24
  }
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}`)
  near(angleAt(monday + 6 * HOUR, timeOfDay('at', { name: 'day' })), 6)
  near(angleAt(monday + 6 * HOUR, timeOfDay('at', { name: 'day', aheadOfUtc: 2 * HOUR })), 8)
  near(angleAt(monday + 84 * HOUR, timeOfWeek('at', { name: 'week' })), 12)
  near(angleAt(monday - HOUR, timeOfWeek('at', { name: 'week', aheadOfUtc: 2 * HOUR })), 1 / 7)
})

test('a missing value is imputed, told, or taken from the next input', () => {
  const features = {
    known: firstKnown(['x', 'y'], { otherwise: 20 }),
    x_missing: isMissing('x'),
    channel_missing: isMissing('channel'),
    place: ordinal('filled', { categories: ['web', 'none'] }),
    filled_most: ordinal('most', { categories: ['web', 'none'] }),
  }
  const hidden = {
    filled: firstKnown(['channel'], { otherwise: 'none' }),
    most: impute('channel', { with: 'most-frequent' }),
  }
  const events: readonly Sale[] = [{ x: 1, y: 2, channel: 'web' }, { y: 2 }, {}]
  assert.deepStrictEqual(encode(features, events, TRAINING, hidden), [
    [1, 0, 0, 0, 0],
    [2, 1, 1, 1, 0],
    [20, 1, 1, 1, 0],
  ])
})

test('an encoder takes what another has made, and one with the name of its input takes the field', () => {
  const features = { x: impute('x', { with: 'mean' }), scaled: standardScale('x'), logged: log1p('scaled') }
  const [mean, deviation] = [3.5, Math.sqrt((2.5 ** 2 + 0.5 ** 2 + 1.5 ** 2 + 1.5 ** 2) / 5)]
  assert.deepStrictEqual(encode(features, [{}, { x: 5 }], TRAINING), [
    [mean, 0, 0],
    [5, 1.5 / deviation, Math.log1p(1.5 / deviation)],
  ])
})

test('an encoder without anything to learn from is an error that says so', () => {
  const empty: readonly Sale[] = [{ id: 'a', at: 0 }]
  assert.throws(() => encode({ s: standardScale('x') }, [], empty), {
    code: 'INPUT_INVALID',
    message:
      'The encoder "s" learns nothing: of 1 events in the training window too few have a "x". Choose a window with more.',
  })
  assert.throws(() => encode({ t: target('channel', { smoothing: 1 }) }, [], empty), {
    code: 'INPUT_INVALID',
  })
})
