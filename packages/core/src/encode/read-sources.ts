import type { EventValues } from '../define/event-type.ts'
import { featureKindOf } from '../define/feature-kind.ts'
import type { FeatureKind, FeatureValue } from '../define/feature-value.ts'
import type { Field } from '../define/field.ts'
import type { FeatureTexts, FeatureValues, OnDemandFeature } from '../define/on-demand.ts'
import { type Pipeline, routeOf } from '../define/pipeline.ts'
import type { SourceValue } from './feature-plan.ts'

/**
 * Puts the values that are there before any encoder at their places in a row. `viewFeatures` are the values of the
 * views that scored events visit, in the order of the pipeline and of each view's declaration.
 */
export type ReadSources = (
  row: FeatureValue[],
  event: EventValues,
  viewFeatures: readonly FeatureValue[],
) => void

type Compute = (event: EventValues, viewFeatures: readonly FeatureValue[]) => FeatureValue

/**
 * Builds the reading of a plan's sources: what is looked up by name is looked up here, once. An on-demand feature is
 * given the view features by name only if it declares these parameters.
 */
export function compileSources(pipeline: Pipeline, sources: readonly SourceValue[]): ReadSources {
  const features = visitedFeatures(pipeline)
  const copied = sources
    .filter(({ origin }) => origin === 'view')
    .map(({ name, slot }) => ({ slot, from: features.findIndex(feature => feature.name === name) }))
  const computed = sources
    .filter(({ origin }) => origin !== 'view')
    .map(({ origin, name, slot }) => ({
      slot,
      compute:
        origin === 'field'
          ? readField(name, pipeline.scored.fields[name]!)
          : computeOf(pipeline.onDemand.features[name]!, features),
    }))
  return (row, event, viewFeatures) => {
    for (const { slot, compute } of computed) row[slot] = compute(event, viewFeatures)
    for (const { slot, from } of copied) row[slot] = viewFeatures[from]!
  }
}

/** Flags are the numbers 1 and 0. */
function readField(name: string, field: Field): Compute {
  if (field.kind === 'text') return event => event[name] as string | null
  return event => (event[name] === null ? Number.NaN : Number(event[name]))
}

interface ViewFeature {
  readonly name: string
  readonly kind: FeatureKind
  readonly at: number
}

/** The features of the views, in the order in which the scored event comes by them. */
function visitedFeatures(pipeline: Pipeline): readonly ViewFeature[] {
  return routeOf(pipeline, pipeline.scored)
    .flatMap(view => Object.entries(view.features))
    .map(([name, aggregation], at) => ({ name, kind: featureKindOf(aggregation), at }))
}

function computeOf(feature: OnDemandFeature<never>, features: readonly ViewFeature[]): Compute {
  const compute = feature as (event: EventValues, ...given: (FeatureValues | FeatureTexts)[]) => number | null
  if (feature.length < 2) return event => finite(compute(event))
  const numbers = features.filter(({ kind }) => kind === 'number')
  if (feature.length < 3) return (event, values) => finite(compute(event, named<number>(numbers, values)))
  const texts = features.filter(({ kind }) => kind === 'text')
  return (event, values) =>
    finite(compute(event, named<number>(numbers, values), named<string>(texts, values)))
}

function named<V extends FeatureValue>(
  features: readonly ViewFeature[],
  values: readonly FeatureValue[],
): Readonly<Record<string, V>> {
  return Object.fromEntries(features.map(({ name, at }) => [name, values[at] as V]))
}

function finite(value: number | null): number {
  return Number.isFinite(value) ? (value as number) : Number.NaN
}
