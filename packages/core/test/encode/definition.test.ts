import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  double,
  encodingDefinition,
  type FeatureView,
  log1p,
  ordinal,
  type Pipeline,
  standardScale,
} from '../../src/index.ts'
import { pipelineOf, sale } from './encode-events.ts'

const pipeline = pipelineOf({ a: standardScale('x') })

/** The scored event type with another field x. */
function withField(x: ReturnType<typeof double>): Partial<Pipeline> {
  const [, outcome] = pipeline.events
  return { events: [{ ...sale, fields: { ...sale.fields, x } }, outcome!] }
}

/** The view with sources whose records without a value erase. */
function withTombstones(view: FeatureView): FeatureView {
  const features = Object.entries(view.features).map(([name, { source, ...rest }]) => [
    name,
    { ...rest, source: { ...source, tombstones: 'erase' } },
  ])
  return { ...view, features: Object.fromEntries(features) }
}

test('a definition changes with whatever changes the values of features', () => {
  const features = (changed: Pipeline) => encodingDefinition(changed)
  const before = features(pipeline)
  const changes: readonly Partial<Pipeline>[] = [
    withField(double('a number', { optional: true, max: 9 })),
    { onDemand: { ...pipeline.onDemand, features: { nothing: () => 1 } } },
    { encoders: pipelineOf({ a: log1p('x') }).encoders! },
    { encoders: pipelineOf({ a: standardScale('x', { missing: 0 }) }).encoders! },
  ]
  for (const changed of changes) assert.notEqual(features({ ...pipeline, ...changed }), before)
})

test('a definition does not change with what they do not follow from', () => {
  const before = encodingDefinition(pipeline)
  const changes: readonly Partial<Pipeline>[] = [
    withField(double('in other words', { optional: true })),
    { version: 2, namespace: 'sales.v2' },
    { model: { ...pipeline.model, inputs: [] } },
    { monitor: { ...pipeline.monitor, window: 7 } },
    { views: pipeline.views.map(withTombstones) },
  ]
  for (const changed of changes) assert.equal(encodingDefinition({ ...pipeline, ...changed }), before)
})

test('an outcome of NaN is not one of null, as JSON would have it', () => {
  const given = pipelineOf({ a: ordinal('channel', { categories: ['a'], unseen: Number.NaN }) })
  assert.match(encodingDefinition(given), /"unseen":"NaN"/)
})
