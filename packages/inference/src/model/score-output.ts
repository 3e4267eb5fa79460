import { MillraceError, type Model } from '@millrace/core'
import type { Datatype } from '../tensor/datatypes.ts'
import type { ModelSignature, Tensor, TensorSpec } from '../tensor/tensor.ts'

/** Reads the score of each row out of a model's outputs. */
export type ScoreReader = (outputs: readonly Tensor[], rows: number) => Float64Array

const NUMBERS: readonly Datatype[] = ['FP32', 'FP64']

/** The output that classifiers give the probabilities of their classes in. */
const PROBABILITIES = 'probabilities'

/**
 * How the score of a pipeline's model is read: from the declared output and column; without a declaration, from
 * `probabilities` the second of two classes, or else the only output of one number a row. Throws MODEL_INVALID when it
 * is not there, or when it is not clear which one it is.
 */
export function bindScore({ outputs }: ModelSignature, { score }: Pick<Model, 'score'>): ScoreReader {
  const place = placeOf(outputs, score)
  return (tensors, rows) => {
    const { data, shape } = tensors[place.output]!
    const values = data as Float32Array
    const columns = shape.length < 2 ? 1 : shape[1]!
    if (shape[0] !== rows || place.column >= columns) throw invalid(`its score is no number for each row`)
    const scores = new Float64Array(rows)
    for (let row = 0; row < rows; row++) scores[row] = values[row * columns + place.column]!
    return scores
  }
}

interface Place {
  readonly output: number
  readonly column: number
}

function placeOf(outputs: readonly TensorSpec[], score: Model['score']): Place {
  if (score !== undefined) return declaredPlace(outputs, score)
  const probabilities = outputs.findIndex(({ name }) => name === PROBABILITIES)
  if (probabilities >= 0) return { output: probabilities, column: classColumn(outputs[probabilities]!) }
  const single = outputs.flatMap((spec, output) => (isNumberARow(spec) ? [output] : []))
  if (single.length === 1) return { output: single[0]!, column: 0 }
  throw invalid(
    `it has no output "${PROBABILITIES}", and ${single.length === 0 ? 'no other' : 'more than one other'} of one float for each row: declare the score's output in the model's "score"`,
  )
}

function declaredPlace(
  outputs: readonly TensorSpec[],
  { output: name, column = 0 }: NonNullable<Model['score']>,
): Place {
  const output = outputs.findIndex(spec => spec.name === name)
  const spec = outputs[output]
  if (spec === undefined) throw invalid(`it has no output "${name}", which is declared as its score`)
  const width = spec.shape.length < 2 ? 1 : spec.shape[1]!
  if (!NUMBERS.includes(spec.datatype) || spec.shape.length > 2 || (width >= 0 && column >= width))
    throw invalid(`its output "${name}" has no float column ${column}, which is declared as its score`)
  return { output, column }
}

/** The second of two classes; of more, a declaration has to say which one. */
function classColumn({ name, datatype, shape }: TensorSpec): number {
  if (!NUMBERS.includes(datatype) || shape.length !== 2)
    throw invalid(`its output "${name}" is not a float for each row and class`)
  if (shape[1]! > 2)
    throw invalid(
      `its output "${name}" is of ${shape[1]} classes: declare the one that is the score in the model's "score"`,
    )
  return shape[1] === 1 ? 0 : 1
}

function isNumberARow({ datatype, shape }: TensorSpec): boolean {
  if (!NUMBERS.includes(datatype)) return false
  return shape.length === 1 || (shape.length === 2 && Math.abs(shape[1]!) === 1)
}

function invalid(fault: string): MillraceError {
  return new MillraceError('MODEL_INVALID', `The ONNX model cannot be used: ${fault}.`)
}
