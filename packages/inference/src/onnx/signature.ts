import { MillraceError } from '@millrace/core'
import { datatypeOf } from '../tensor/datatypes.ts'
import type { ModelSignature, TensorSpec } from '../tensor/tensor.ts'

/** What ONNX Runtime tells about an input or output of a model. */
export interface TensorFacts {
  readonly name: string
  readonly isTensor: boolean
  readonly type?: string
  /** A number where the dimension is fixed, a text where it is free. */
  readonly shape?: readonly (number | string)[]
}

/** The signature of a model. Throws MODEL_INVALID with every fault when not all of it are tensors that can be served. */
export function signatureOf(inputs: readonly TensorFacts[], outputs: readonly TensorFacts[]): ModelSignature {
  const faults: string[] = []
  if (inputs.length === 0) faults.push('it has no inputs, so there is nothing to score')
  if (outputs.length === 0) faults.push('it has no outputs')
  const specs = (facts: readonly TensorFacts[], kind: string): TensorSpec[] =>
    facts.flatMap(fact => {
      const fault = faultOf(fact)
      if (fault !== undefined) faults.push(`its ${kind} "${fact.name}" ${fault}`)
      return fault === undefined ? [specOf(fact)] : []
    })
  const signature = { inputs: specs(inputs, 'input'), outputs: specs(outputs, 'output') }
  if (faults.length === 0) return signature
  throw new MillraceError('MODEL_INVALID', `The ONNX model cannot be used: ${faults.join('; ')}.`, {
    details: { faults },
  })
}

function faultOf({ isTensor, type = 'unknown' }: TensorFacts): string | undefined {
  if (!isTensor)
    return "is no tensor: export the model without ZipMap (options={'zipmap': False}), or with tensors in place of sequences and maps"
  if (datatypeOf(type) === undefined)
    return `has the type ${type}, which no protocol can carry: cast it to a common type when exporting`
  return undefined
}

function specOf({ name, type, shape = [] }: TensorFacts): TensorSpec {
  const sizes = shape.map(size => (typeof size === 'number' && size >= 0 ? size : -1))
  return { name, datatype: datatypeOf(type!)!, shape: sizes }
}
