import {
  type EventRecord,
  type EventValues,
  type Pipeline,
  routeOf,
  type StageRecord,
  type VectorRecord,
} from '@millrace/core'
import { driveStage } from '@millrace/testkit'
import { createViewStage, type ViewInput } from '../../services/feature-builder/src/build-features.ts'

/** The vectors that the stages of a pipeline make of events under strict order, by the id of their event. */
export async function streamVectors(
  pipeline: Pipeline,
  events: readonly { readonly type: string; readonly event: object }[],
): Promise<ReadonlyMap<unknown, VectorRecord>> {
  let scored = events.filter(({ type }) => type === pipeline.scored.name).map(({ event }) => recordOf(event))
  let last: readonly unknown[] = []
  for (const view of routeOf(pipeline, pipeline.scored)) {
    const records = view.sources.flatMap((source, input) => {
      const others = events.filter(({ type }) => type === source.name).map(({ event }) => recordOf(event))
      const taken = source === pipeline.scored ? scored : others
      return taken
        .toSorted((a, b) => timeOf(a, source.eventTime) - timeOf(b, source.eventTime))
        .map((record, offset): StageRecord<ViewInput> => {
          const parent = { partition: 0, input: 0, via: 0, offset }
          const eventTime = timeOf(record, source.eventTime)
          return { input, offset, eventTime, parent, value: { source, record } }
        })
    })
    const { outputs } = await driveStage({
      stage: createViewStage(pipeline, view, 1),
      records,
      order: 'strict',
    })
    last = outputs.map(({ value }) => value)
    scored = last as EventRecord[]
  }
  const vectors = last as readonly VectorRecord[]
  return new Map(vectors.map(vector => [vector.event[pipeline.scored.id], vector]))
}

function timeOf({ event }: EventRecord, field: string): number {
  return event[field] as number
}

function recordOf(event: object): EventRecord {
  return {
    parent: { partition: 0, input: 0, via: 0, offset: 0 },
    origin: { partition: 0, offset: 0 },
    event: event as EventValues,
    lateByMs: 0,
    corrected: [],
    features: [],
    featureTimes: [],
    truncated: false,
    serving: true,
  }
}
