import { MillraceError } from '@millrace/core'

/** The output that scores are read from: one row for each input row, the probability of each class. */
export const PROBABILITIES = 'probabilities'

/** How many classes a model tells apart; the score is the probability of the second. */
export const CLASSES = 2

/** The tensors that go in and come out of a model. */
export interface ModelSignature {
  /** Name of the one input, a float tensor [rows, columns]. */
  readonly input: string
  readonly columns: number
}

/** What ONNX Runtime tells about an input or output of a model. */
export interface TensorFacts {
  readonly name: string
  readonly isTensor: boolean
  readonly type?: string
  /** A number where the dimension is fixed, a text where it is free. */
  readonly shape?: readonly (number | string)[]
}

/** Checks that a model can score vectors of `columns` values. Throws MODEL_INVALID that says what is wrong with it. */
export function signatureOf(
  inputs: readonly TensorFacts[],
  outputs: readonly TensorFacts[],
  columns: number,
): ModelSignature {
  const [input, ...others] = inputs
  if (input === undefined || others.length > 0) throw invalid(`it has ${inputs.length} inputs, not one`)
  if (!isFloatTensor(input, columns)) {
    throw invalid(`its input "${input.name}" is ${worded(input)}, not a float32 tensor [free, ${columns}]`)
  }
  const untyped = outputs.find(output => !output.isTensor)
  if (untyped !== undefined) {
    throw invalid(
      `its output "${untyped.name}" is no tensor: export the model without ZipMap (options={'zipmap': False})`,
    )
  }
  const probabilities = outputs.find(output => output.name === PROBABILITIES)
  if (probabilities === undefined) throw invalid(`it has no output "${PROBABILITIES}"`)
  if (!isFloatTensor(probabilities, CLASSES)) {
    throw invalid(
      `its output "${PROBABILITIES}" is ${worded(probabilities)}, not a float32 tensor [free, ${CLASSES}]`,
    )
  }
  return { input: input.name, columns }
}

/** Exporters leave the last dimension of an output free at times; the first must be free for any number of rows. */
function isFloatTensor({ isTensor, type, shape }: TensorFacts, columns: number): boolean {
  if (!isTensor || type !== 'float32' || shape?.length !== 2) return false
  return !isFixed(shape[0]!) && (shape[1] === columns || !isFixed(shape[1]!))
}

function isFixed(dimension: number | string): boolean {
  return typeof dimension === 'number' && dimension >= 0
}

function worded({ isTensor, type, shape }: TensorFacts): string {
  if (!isTensor) return 'no tensor'
  const dimensions = (shape ?? []).map(dimension => (isFixed(dimension) ? dimension : 'free'))
  return `a ${type} tensor [${dimensions.join(', ')}]`
}

function invalid(fault: string): MillraceError {
  return new MillraceError('MODEL_INVALID', `The ONNX model cannot be used: ${fault}.`)
}
