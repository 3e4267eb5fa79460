import {
  ARTIFACT_VERSION,
  compileTrainingRow,
  type EncoderArtifact,
  fitEncoders,
  idText,
  MillraceError,
  type Pipeline,
  type TimeWindow,
  type TrainingRow,
} from '@millrace/core'
import { definitionDigest, sealArtifact } from '@millrace/platform'
import type { InputEvent } from '../source/input-event.ts'
import { FeatureReplay } from '../vectors/feature-replay.ts'
import { type Outcomes, readOutcomes } from './read-outcomes.ts'

export interface FitOptions {
  readonly pipeline: Pipeline
  /** The events in the order of their times; each call begins anew. */
  readonly events: () => AsyncIterable<InputEvent>
  /** Event time of the scored events to learn from: the start belongs to it, the end does not. */
  readonly window: TimeWindow
}

/**
 * Fits the encoders of a pipeline on the scored events of a window; all events fill the windows of the views. Where no
 * bound is given the window of the artifact is that of the events. Throws INPUT_INVALID when there are none.
 */
export async function fitArtifact({ pipeline, events, window }: FitOptions): Promise<EncoderArtifact> {
  const outcomes = await readOutcomes(pipeline, events)
  const { rows, seen } = await readRows({ pipeline, events, window }, outcomes)
  if (rows.length === 0) {
    throw new MillraceError('INPUT_INVALID', `There is no ${pipeline.scored.name} in the training window.`)
  }
  return sealArtifact({
    codecVersion: ARTIFACT_VERSION,
    pipeline: pipeline.name,
    definition: definitionDigest(pipeline),
    window: {
      start: Number.isFinite(window.start) ? window.start : seen.first,
      end: Number.isFinite(window.end) ? window.end : seen.last + 1,
    },
    rows: rows.length,
    encoders: fitEncoders(pipeline, rows),
  })
}

interface TrainingSet {
  readonly rows: readonly TrainingRow[]
  readonly seen: { readonly first: number; readonly last: number }
}

async function readRows({ pipeline, events, window }: FitOptions, outcomes: Outcomes): Promise<TrainingSet> {
  const { scored } = pipeline
  const replay = new FeatureReplay(pipeline)
  const toRow = compileTrainingRow(pipeline)
  const rows: TrainingRow[] = []
  const seen = { first: Infinity, last: -Infinity }
  for await (const given of events()) {
    const replayed = replay.take(given)
    if (replayed?.type !== scored) continue
    const { event, features } = replayed
    const time = event[scored.eventTime] as number
    if (time < window.start || time >= window.end) continue
    rows.push(toRow(event, features, outcomes.get(idText(event, scored.id)) ?? null))
    seen.first = Math.min(seen.first, time)
    seen.last = Math.max(seen.last, time)
  }
  return { rows, seen }
}
