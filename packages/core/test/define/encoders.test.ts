import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definePipeline } from '../../src/define/pipeline.ts'
import {
  bins,
  count,
  cyclical,
  days,
  defineFeatureView,
  type Encoder,
  type Encoders,
  type EventType,
  firstKnown,
  frequency,
  hashing,
  impute,
  log1p,
  MillraceError,
  minMaxScale,
  oneHot,
  ordinal,
  type Pipeline,
  power,
  quantileBins,
  robustScale,
  sqrt,
  standardScale,
  target,
} from '../../src/index.ts'
import { pipelineOf, sale } from '../encode/encode-events.ts'

/** The faults of a pipeline with these encoders as its model's inputs. */
function faultsOf(features: Readonly<Record<string, Encoder>>, changed: Partial<Pipeline> = {}): unknown {
  const valid = pipelineOf({ valid: log1p('x') })
  const encoders: Encoders = { source: sale, artifact: 'encoders.json', features }
  const model = { ...valid.model, inputs: Object.keys(features) }
  return caught(() => definePipeline({ ...valid, encoders, model, ...changed }))
}

function caught(define: () => unknown): unknown {
  try {
    define()
    return []
  } catch (error) {
    assert.ok(error instanceof MillraceError)
    assert.equal(error.code, 'DECLARATION_INVALID')
    return error.details['faults']
  }
}

const number = (encoder: Encoder, ...faults: readonly string[]) =>
  [encoder, faults.map(fault => `encoder "e": ${fault}`)] as const

const FAULTS: readonly (readonly [Encoder, readonly string[]])[] = [
  number(log1p('z'), 'its input "z" is no feature, and no field of "sale"'),
  number(log1p('e'), 'its input "e" is no feature, and no field of "sale"'),
  number(
    log1p('channel'),
    'its input "channel" is text, and it takes numbers: put oneHot, ordinal, hashing, frequency or target before it',
  ),
  number(impute('channel', { with: 'mean' }), `"channel" is text and has no mean: take 'most-frequent'`),
  number(
    firstKnown(['x', 'channel']),
    'some of its inputs are texts and some are numbers: they must be of one kind',
  ),
  number(firstKnown(['x'], { otherwise: 'none' }), 'its `otherwise` must be a number, as its inputs are'),
  number(hashing('channel', { buckets: 0 }), 'its buckets must be a whole number from 1 on'),
  number(ordinal('channel', { categories: ['a', 'a'] }), 'it names a category twice'),
  number(ordinal('channel', { categories: [] }), 'it needs at least one category'),
  number(frequency('channel', { maxCategories: 1.5 }), 'its maxCategories must be a whole number from 1 on'),
  number(
    target('channel', { smoothing: -1, folds: 1 }),
    'its folds must be a whole number from 2 on',
    'its smoothing must be a number from 0',
  ),
  number(bins('x', { edges: [1, 1] }), 'its edges must be finite and ascend, each once'),
  number(quantileBins('x', { bins: 1 }), 'its bins must be a whole number from 2 on'),
  number(power('x', { lambda: Number.NaN }), 'its lambda must be a finite number'),
  number(minMaxScale('x', { low: 1 }), 'its `low` must be below its `high`, both finite'),
  number(robustScale('x', { high: 75 }), 'its quantiles must be from 0 to 1, `low` below `high`'),
  number(
    cyclical('x', { name: 'x', period: 0 }).x_sin,
    'its period must be longer than 0, and its start a finite number',
  ),
  number(sqrt('x', { unseen: Infinity }), 'its `unseen` must be a finite number, or NaN for missing'),
]

test('every fault of an encoder is refused, with its place and its mend', () => {
  const model = { ...pipelineOf({ valid: log1p('x') }).model, inputs: [] }
  for (const [encoder, faults] of FAULTS) assert.deepStrictEqual(faultsOf({ e: encoder }, { model }), faults)
})

test('encoders that are made of one another in a circle are refused', () => {
  assert.deepStrictEqual(faultsOf({ a: log1p('b'), b: sqrt('c'), c: sqrt('a'), d: sqrt('a') }), [
    'encoder "a": it is made of itself (a ← b ← c ← a)',
    'encoder "b": it is made of itself (b ← c ← a ← b)',
    'encoder "c": it is made of itself (c ← a ← b ← c)',
  ])
})

test('a text is no input of a model', () => {
  assert.deepStrictEqual(faultsOf({ e: firstKnown(['channel']) }), [
    `model "win": its input "e" is text: make a number of it by an encoder, such as ordinal('e')`,
  ])
})

test('an encoder takes the features only of views that the scored event visits', () => {
  const [, outcome] = pipelineOf({ valid: log1p('x') }).events as readonly EventType[]
  const outcomes = defineFeatureView({
    name: 'outcomes',
    entity: 'id',
    sources: [outcome!],
    features: { outcome_count: count(outcome!, { window: days(1) }) },
  } as never)
  assert.deepStrictEqual(faultsOf({ e: log1p('outcome_count') }, { views: [outcomes] }), [
    'encoder "e": add the scored event type "sale" to the sources of the view "outcomes", so that events visit it',
  ])
})

test('fitted encoders need a file, those of outcomes an outcome, and all the scored event type', () => {
  const [, outcome] = pipelineOf({ valid: log1p('x') }).events as readonly EventType[]
  const encoders: Encoders = {
    source: outcome!,
    features: {
      e: standardScale('x'),
      f: target('channel', { smoothing: 1 }),
      ...oneHot('channel', { categories: ['a'] }),
    },
  }
  const valid = pipelineOf({ valid: log1p('x') })
  const { outcome: _, ...withoutOutcome } = valid
  const model = { ...valid.model, inputs: ['e', 'f'] }
  assert.deepStrictEqual(
    caught(() => definePipeline({ ...withoutOutcome, encoders, model })),
    [
      'encoders: their source "outcome" is not the scored event type "sale": take that one',
      'encoders: "e", "f" must be fitted: declare `artifact`, the file of what they learn',
      `encoder "f": declare the pipeline's \`outcome\`, whose mean it is`,
    ],
  )
})

test('an encoder has a name of its own, and an input of the model is named once', () => {
  const valid = pipelineOf({ valid: log1p('x') })
  const encoders: Encoders = { source: sale, features: { nothing: log1p('x') } }
  const model = { ...valid.model, inputs: ['nothing', 'nothing'] }
  assert.deepStrictEqual(
    caught(() => definePipeline({ ...valid, encoders, model })),
    [
      'feature "nothing" is declared twice: rename one',
      'model "win": its input "nothing" is named twice: drop one',
    ],
  )
})

test('a field that is always needed, or has a default, is not optional', () => {
  const valid = pipelineOf({ valid: log1p('x') })
  const [, outcome] = valid.events as readonly EventType[]
  const optional = (event: EventType, ...names: readonly string[]): EventType => ({
    ...event,
    fields: Object.fromEntries(
      Object.entries(event.fields).map(([name, field]) => [
        name,
        names.includes(name) ? ({ ...field, optional: true } as never) : field,
      ]),
    ),
  })
  const events = [optional(sale, 'id', 'at'), optional(outcome!, 'won')]
  const onDemand = { ...valid.onDemand, source: events[0]! }
  const encoders = { ...valid.encoders!, source: events[0]! }
  const changed = { ...valid, events, onDemand, encoders, outcome: { source: events[1]!, field: 'won' } }
  assert.deepStrictEqual(
    caught(() => definePipeline(changed)),
    [
      'event type "sale": its key "id" must not be optional',
      'event type "sale": its id "id" must not be optional',
      'event type "sale": its eventTime "at" must not be optional',
      'outcome: "won" is optional: a label always says what the outcome was',
    ],
  )
})
