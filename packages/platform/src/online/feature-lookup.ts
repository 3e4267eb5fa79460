import type { Pipeline } from '@millrace/core'
import { type EntityFeatures, ServedView } from './served-view.ts'
import type { StateReader } from './state-reader.ts'

/** Entities of one view, each by the text that `ServedView.entityOf` gave it. */
export interface ViewQuery {
  readonly view: ServedView
  readonly entities: readonly string[]
}

/** Looks up the features of many entities of several views at once. */
export class FeatureLookup {
  /** The pipeline's views by name. */
  readonly views: ReadonlyMap<string, ServedView>
  readonly #reader: StateReader

  constructor(pipeline: Pipeline, reader: StateReader) {
    this.views = new Map(pipeline.views.map(view => [view.name, new ServedView(view, pipeline.scored)]))
    this.#reader = reader
  }

  /**
   * The features of every entity as of `time` (epoch ms), in the order of the queries and of their entities; one round
   * trip to the store. Fails as the reader does, with STORE_UNAVAILABLE.
   */
  async lookUp(queries: readonly ViewQuery[], time: number): Promise<readonly (readonly EntityFeatures[])[]> {
    const requests = queries.flatMap(({ view: { view }, entities }) =>
      entities.map(entity => ({ view: view.name, entity })),
    )
    const states = await this.#reader.read(requests)
    let next = 0
    return queries.map(({ view, entities }) => entities.map(() => view.evaluate(states[next++], time)))
  }
}
