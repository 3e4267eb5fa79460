import { bytesField, concat, textField, varintField } from './protobuf.ts'

/** Field numbers and values are those of onnx.proto; operators those of its set 13. */
const IR_VERSION = 8
const OPERATOR_SET = 13
const FLOAT = 1

/**
 * A logistic model as an ONNX file: `features` [N, inputs] → `probabilities` [N, 2], the second column being
 * 1 / (1 + e^−z). It is written as the softmax of (0, z), so that the two columns add up to 1. NaN counts as 0.
 */
export function logisticOnnx(intercept: number, weights: readonly number[]): Uint8Array {
  const graph = [
    node('IsNaN', ['features'], 'missing'),
    node('Where', ['missing', 'zero', 'features'], 'present'),
    node('Gemm', ['present', 'weights', 'intercepts'], 'logits'),
    node('Softmax', ['logits'], 'probabilities'),
    textField(2, 'logistic'),
    tensor(
      'weights',
      [weights.length, 2],
      weights.flatMap(weight => [0, weight]),
    ),
    tensor('intercepts', [2], [0, intercept]),
    tensor('zero', [1], [0]),
    bytesField(11, ...matrix('features', weights.length)),
    bytesField(12, ...matrix('probabilities', 2)),
  ]
  return concat([
    varintField(1, IR_VERSION),
    textField(2, 'millrace'),
    bytesField(7, ...graph),
    bytesField(8, textField(1, ''), varintField(2, OPERATOR_SET)),
  ])
}

/** The operators' defaults fit: Gemm multiplies by 1, Softmax runs over the last axis. */
function node(operator: string, inputs: readonly string[], output: string): Uint8Array {
  return bytesField(
    1,
    ...inputs.map(input => textField(1, input)),
    textField(2, output),
    textField(4, operator),
  )
}

function tensor(name: string, shape: readonly number[], values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true)
  })
  return bytesField(
    5,
    ...shape.map(size => varintField(1, size)),
    varintField(2, FLOAT),
    textField(8, name),
    bytesField(9, new Uint8Array(bytes.buffer)),
  )
}

/** The name and type of a float tensor [free, columns]. */
function matrix(name: string, columns: number): Uint8Array[] {
  const shape = bytesField(2, bytesField(1, textField(2, 'N')), bytesField(1, varintField(1, columns)))
  return [textField(1, name), bytesField(2, bytesField(1, varintField(1, FLOAT), shape))]
}
