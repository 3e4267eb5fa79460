import type { EventValues } from '../define/event-type.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import type { Pipeline } from '../define/pipeline.ts'
import { MillraceError } from '../errors.ts'
import type { FittedEncoder } from './artifact.ts'
import { compileEncoder } from './compile-encoder.ts'
import { fittedEncoders } from './definition.ts'
import { kindOfInput } from './feature-origin.ts'
import { type EncodedValue, planFeatures } from './feature-plan.ts'
import { fittingOf } from './fitting.ts'
import { compileSources } from './read-sources.ts'
import { foldOf } from './training-fold.ts'

/** One event of the training window. Encoders that are fitted put their values behind those of the sources. */
export interface TrainingRow {
  readonly values: FeatureValue[]
  readonly fold: number
  /** 1 or 0; null where it is not known. */
  readonly outcome: number | null
}

/** Makes a row of a scored event, as of the same features that scoring sees. */
export type ToTrainingRow = (
  event: EventValues,
  viewFeatures: readonly FeatureValue[],
  outcome: number | null,
) => TrainingRow

/** Builds the rows that the encoders of a pipeline are fitted on. */
export function compileTrainingRow(pipeline: Pipeline): ToTrainingRow {
  const { size, sources } = planFeatures(pipeline, fittedEncoders(pipeline))
  const read = compileSources(pipeline, sources)
  return (event, viewFeatures, outcome) => {
    const values = new Array<FeatureValue>(size)
    read(values, event, viewFeatures)
    return { values, fold: foldOf(event, pipeline.scored), outcome }
  }
}

/**
 * Fits the encoders of a pipeline, each after those that it takes its input from. Rows are filled in. Throws
 * INPUT_INVALID when the rows leave an encoder with nothing to learn from.
 */
export function fitEncoders(
  pipeline: Pipeline,
  rows: readonly TrainingRow[],
): Readonly<Record<string, FittedEncoder>> {
  const fitted: Record<string, FittedEncoder> = {}
  for (const step of planFeatures(pipeline, fittedEncoders(pipeline)).encoded) {
    const learnt = learn(pipeline, step, rows)
    if (learnt !== undefined) fitted[step.name] = learnt
    const encode = compileEncoder(step.encoder, step.inputs, learnt)
    for (const { values, fold } of rows) values[step.slot] = encode(values, fold)
  }
  return fitted
}

function learn(
  pipeline: Pipeline,
  { name, encoder, inputs }: EncodedValue,
  rows: readonly TrainingRow[],
): FittedEncoder | undefined {
  const fitting = fittingOf(encoder, kindOfInput(pipeline, encoder.inputs[0]!, name))
  if (fitting === undefined) return undefined
  const state = fitting.init()
  for (const { values, fold, outcome } of rows)
    fitting.add(state, { value: values[inputs[0]!]!, fold, outcome })
  const learnt = fitting.finish(state)
  if (learnt !== undefined) return learnt
  const lack =
    encoder.kind === 'target' ? 'none has a known outcome' : `too few have a "${encoder.inputs[0]}"`
  throw new MillraceError(
    'INPUT_INVALID',
    `The encoder "${name}" learns nothing: of ${rows.length} events in the training window ${lack}. Choose a window with more.`,
  )
}
