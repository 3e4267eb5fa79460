import type { ModelIdentity } from '@millrace/core'
import type { LoadedModel, ScoreReader } from '@millrace/inference'
import type { ValueCell } from '@millrace/platform/offline'
import type { RowBinding } from './bind-columns.ts'
import type { OutputColumn } from './output-columns.ts'

/** A model that rows of a file are scored with. */
export interface RowModel {
  readonly identity: ModelIdentity
  /** What else the scores follow from, beside the ONNX file. */
  readonly stamp: string
  readonly model: LoadedModel
  readonly binding: RowBinding
  /** Undefined for a model without a clear score. */
  readonly scoreOf: ScoreReader | undefined
  /** What the rows get. */
  readonly columns: readonly OutputColumn[]
  close(): Promise<void>
}

/** The column of the score itself, which is read as the scorer reads it. */
export function scoreColumn(scoreOf: ScoreReader): OutputColumn {
  return { name: 'score', type: 'double', cellsOf: (outputs, rows) => [...scoreOf(outputs, rows)] }
}

/** The column of what is decided on the score. */
export function decisionColumn(scoreOf: ScoreReader, decide: (score: number) => string): OutputColumn {
  const cellsOf = (...outputs: Parameters<ScoreReader>): readonly ValueCell[] =>
    Array.from(scoreOf(...outputs), decide)
  return { name: 'decision', type: 'text', cellsOf }
}
