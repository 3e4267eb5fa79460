import { MillraceError } from '@millrace/core'
import type { ServedModel } from '../../served/served-models.ts'
import { bytesPerElement } from '../../tensor/datatypes.ts'
import { readRawTensor } from '../../tensor/raw-tensor.ts'
import { elementsOf, type Tensor, type TensorSpec } from '../../tensor/tensor.ts'

/**
 * Reads a body that is nothing but the tensor of a model's only input. Its shape follows from its size: a batch is of one
 * row, and one further dimension may be free. A text comes without its length. Throws REQUEST_INVALID.
 */
export function readRawRequest(
  bytes: Buffer,
  { signature, joins }: Pick<ServedModel, 'signature' | 'joins'>,
): Tensor {
  const [spec, ...others] = signature.inputs
  if (others.length > 0) {
    throw new MillraceError(
      'REQUEST_INVALID',
      `A body without JSON is for models of one input: this one has ${signature.inputs.length}.`,
    )
  }
  const shape = joins ? [1, ...spec!.shape.slice(1)] : spec!.shape
  if (spec!.datatype === 'BYTES') return readText(bytes, shape, spec!)
  return readRawTensor(bytes, sizesOf(shape, bytes.length / bytesPerElement(spec!.datatype)!, spec!), spec!)
}

function readText(bytes: Buffer, shape: readonly number[], spec: TensorSpec): Tensor {
  const sizes = sizesOf(shape, 1, spec)
  if (elementsOf(sizes) !== 1) throw undeducible(spec)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return readRawTensor(Buffer.concat([length, bytes]), sizes, spec)
}

/** The shape with its free dimension filled in. */
function sizesOf(shape: readonly number[], elements: number, spec: TensorSpec): readonly number[] {
  const free = shape.filter(size => size < 0).length
  if (free === 0) return shape
  const size = elements / elementsOf(shape.filter(size => size >= 0))
  if (free > 1 || !Number.isSafeInteger(size) || size < 1) throw undeducible(spec)
  return shape.map(given => (given < 0 ? size : given))
}

function undeducible({ name, shape }: TensorSpec): MillraceError {
  return new MillraceError(
    'REQUEST_INVALID',
    `The shape of input "${name}", [${shape.join(',')}], does not follow from the size of the body: send it in JSON.`,
  )
}
