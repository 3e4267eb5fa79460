import { type FeatureView, featureKindOf, type Pipeline, routeOf } from '@millrace/core'

/** What one view makes of every scored event, by its row: memory that threads share. */
export interface ViewResults {
  /** For each feature of the view, its numbers, or the codes of its texts. */
  readonly features: readonly (Float64Array | Int32Array)[]
  /** Event time of the newest entry that the features saw (epoch ms), NaN where none. */
  readonly newest: Float64Array
  readonly truncated: Uint8Array
}

/** The results of every view that scored events visit, by its name, still to be filled. */
export type Results = Readonly<Record<string, ViewResults>>

export function allocateResults(pipeline: Pipeline, rows: number): Results {
  const views = routeOf(pipeline, pipeline.scored)
  return Object.fromEntries(views.map(view => [view.name, allocateView(view, rows)]))
}

/** The columns of a view's results in the order in which they are kept. */
export function columnsOf({ features, newest, truncated }: ViewResults): readonly ResultColumn[] {
  return [...features, newest, truncated]
}

export type ResultColumn = Float64Array | Int32Array | Uint8Array

function allocateView(view: FeatureView, rows: number): ViewResults {
  const doubles = () => new Float64Array(new SharedArrayBuffer(rows * 8))
  return {
    features: Object.values(view.features).map(feature =>
      featureKindOf(feature) === 'text' ? new Int32Array(new SharedArrayBuffer(rows * 4)) : doubles(),
    ),
    newest: doubles(),
    truncated: new Uint8Array(new SharedArrayBuffer(rows)),
  }
}
