import type { EventValues } from '../define/event-type.ts'
import type { FeatureValues, OnDemandFeature } from '../define/on-demand.ts'
import { type Pipeline, routeOf } from '../define/pipeline.ts'

/**
 * Puts together the model's input for one event. `viewFeatures` are the values of the views that scored events visit,
 * in the order of the pipeline and of each view's declaration.
 */
export type AssembleVector = (event: EventValues, viewFeatures: readonly number[]) => number[]

type Compute = (event: EventValues, viewFeatures: readonly number[]) => number

/**
 * Builds the assembling of a pipeline's vectors: what is looked up by name is looked up here, once. An on-demand
 * feature is given the view features by name only if it declares that parameter.
 */
export function compileVector(pipeline: Pipeline): AssembleVector {
  const { inputs } = pipeline.model
  const names = routeOf(pipeline, pipeline.scored).flatMap(view => Object.keys(view.features))
  const places = inputs.map((input, to) => ({ input, to, from: names.indexOf(input) }))
  const copied = places.filter(({ from }) => from >= 0).map(({ to, from }) => ({ to, from }))
  const computed = places
    .filter(({ from }) => from < 0)
    .map(({ input, to }) => ({ to, compute: computeOf(pipeline.onDemand.features[input]!, names) }))

  return (event, viewFeatures) => {
    const vector = new Array<number>(inputs.length)
    for (const { to, compute } of computed) vector[to] = compute(event, viewFeatures)
    for (const { to, from } of copied) vector[to] = viewFeatures[from]!
    return vector
  }
}

function computeOf(feature: OnDemandFeature<never>, names: readonly string[]): Compute {
  const compute = feature as (event: EventValues, features?: FeatureValues) => number
  if (feature.length < 2) return event => compute(event)
  return (event, viewFeatures) =>
    compute(event, Object.fromEntries(names.map((name, i) => [name, viewFeatures[i]!])))
}
