import type { Pipeline } from '@millrace/core'
import type { Column } from '@millrace/platform/offline'
import { digestOf } from '../backfill/piece.ts'
import type { SourceFile } from './archive-reader.ts'
import type { LeftOut, Selection } from './selection.ts'
import type { SetFile } from './set-folder.ts'

/** The column that says what became of an event, and the one that says when it was known. */
export const OUTCOME = 'outcome'
export const OUTCOME_TIME = 'outcome_time'

interface Parts {
  readonly selection: Selection
  readonly columns: readonly Column[]
  readonly counts: { readonly positives: number; readonly leftOut: LeftOut }
  readonly files: readonly SetFile[]
  readonly sources: readonly SourceFile[]
}

/** What a training set is made of. Times are ISO 8601 in UTC. */
export type Manifest = ReturnType<typeof sealManifest>

/** The manifest of a training set; its name is the digest of all the rest. */
export function sealManifest(pipeline: Pipeline, { selection, columns, counts, files, sources }: Parts) {
  const { from, to, asOf, labelDelay } = selection
  const content = {
    pipeline: { name: pipeline.name, version: pipeline.version },
    inputs: pipeline.model.inputs,
    label: { column: OUTCOME, known: OUTCOME_TIME, ...sourceOf(pipeline) },
    window: { from: timeText(from), to: timeText(to) },
    asOf: timeText(asOf),
    labelDelayMs: labelDelay,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    ...counts,
    columns: columns.map(({ name, kind, optional = false }) => ({ name, kind, optional })),
    files,
    sources,
  }
  return { name: digestOf(JSON.stringify(content)), ...content }
}

function sourceOf({ outcome }: Pipeline) {
  return { event: outcome?.source.name, field: outcome?.field }
}

/** Null where the window has no bound. */
function timeText(time: number): string | null {
  return Number.isFinite(time) ? new Date(time).toISOString() : null
}
