import type { EventValues } from '../define/event-type.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import type { Pipeline } from '../define/pipeline.ts'
import { compileEncoder, type Encode } from '../encode/compile-encoder.ts'
import { planFeatures } from '../encode/feature-plan.ts'
import { compileSources } from '../encode/read-sources.ts'
import { foldOf, isInWindow } from '../encode/training-fold.ts'

/**
 * Puts together the model's input for one event, NaN where it is missing. `viewFeatures` are the values of the views
 * that scored events visit, in the order of the pipeline and of each view's declaration.
 */
export type AssembleVector = (event: EventValues, viewFeatures: readonly FeatureValue[]) => number[]

/**
 * Builds the assembling of a pipeline's vectors: what is looked up by name is looked up here, once. The inputs of the
 * model are the first values of a row, what encoders take besides stands behind them.
 */
export function compileVector(pipeline: Pipeline): AssembleVector {
  const { inputs } = pipeline.model
  const { size, sources, encoded } = planFeatures(pipeline, inputs)
  const read = compileSources(pipeline, sources)
  const encode = compileSteps(
    pipeline,
    encoded.map(({ name, encoder, slot, inputs }) => ({
      slot,
      encode: compileEncoder(encoder, inputs, pipeline.fitted?.encoders[name]),
    })),
  )
  return (event, viewFeatures) => {
    const row = new Array<FeatureValue>(size)
    read(row, event, viewFeatures)
    encode(row, event)
    return (size === inputs.length ? row : row.slice(0, inputs.length)) as number[]
  }
}

interface Step {
  readonly slot: number
  readonly encode: Encode
}

/** Only what was fitted asks whether an event was in the training window. */
function compileSteps(
  { fitted, scored }: Pipeline,
  steps: readonly Step[],
): (row: FeatureValue[], event: EventValues) => void {
  const run = (row: FeatureValue[], fold: number): void => {
    for (const { slot, encode } of steps) row[slot] = encode(row, fold)
  }
  if (fitted === undefined) return row => run(row, -1)
  const { window } = fitted
  return (row, event) => run(row, isInWindow(event, scored, window) ? foldOf(event, scored) : -1)
}
