import { createHash } from 'node:crypto'
import { days, encodingDefinition, type FeatureView, type Pipeline, reachOf } from '@millrace/core'

/** A digest of what states are written under, events and views: a change of it needs a new version of the pipeline. */
export function stateDefinition(pipeline: Pipeline): string {
  return digestOf([pipeline.events, pipeline.views.map(withSourceNames)])
}

/** A digest of what vectors follow from: the same with on-demand functions, encoders and the model's inputs. */
export function vectorDefinition(pipeline: Pipeline): string {
  const { model, fitted } = pipeline
  return digestOf([stateDefinition(pipeline), encodingDefinition(pipeline), fitted?.digest, model.inputs])
}

/** How many whole days of history fill the longest window. */
export function daysOfHistory({ views }: Pipeline): number {
  const aggregations = views.flatMap(view => Object.values(view.features))
  return Math.ceil(Math.max(0, ...aggregations.map(({ window }) => reachOf(window))) / days(1))
}

function withSourceNames({ sources, features, ...view }: FeatureView): unknown {
  const named = Object.entries(features).map(([name, { source, ...aggregation }]) => [
    name,
    { ...aggregation, source: source.name },
  ])
  return { ...view, sources: sources.map(source => source.name), features: named }
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, withFunctionText)).digest('hex')
}

/** A function is told by its text. */
function withFunctionText(_: string, value: unknown): unknown {
  return typeof value === 'function' ? String(value) : value
}
