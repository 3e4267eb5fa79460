import { MillraceError } from '@millrace/core'
import { bytesPerElement, emptyData, viewOf } from './datatypes.ts'
import { elementsOf, type Tensor, type TensorSpec } from './tensor.ts'

/**
 * Reads a tensor from its binary form: little-endian, row-major, BOOL a byte of 0 or 1, BYTES each after its length in
 * four bytes. The bytes are copied, since they lie in a request at any place. Throws REQUEST_INVALID when they are not
 * exactly the tensor of this shape.
 */
export function readRawTensor(bytes: Uint8Array, shape: readonly number[], spec: TensorSpec): Tensor {
  const { datatype, name } = spec
  const elements = elementsOf(shape)
  if (datatype === 'BYTES') return { datatype, shape, data: readTexts(bytes, elements, name) }
  if (bytes.length !== elements * bytesPerElement(datatype)!) throw wrongSize(name)
  const data = viewOf(datatype, new Uint8Array(bytes).buffer, 0, elements)
  if (datatype === 'BOOL' && !bytes.every(byte => byte <= 1)) {
    throw new MillraceError('REQUEST_INVALID', `Input "${name}" is of BOOL: its bytes must be 0 or 1.`)
  }
  return { datatype, shape, data }
}

/** A tensor in its binary form; numbers are a view of the tensor's own memory. */
export function writeRawTensor({ data }: Tensor): Uint8Array {
  if (!Array.isArray(data)) {
    const { buffer, byteOffset, byteLength } = data as Uint8Array
    return new Uint8Array(buffer, byteOffset, byteLength)
  }
  return writeTexts(data as readonly string[])
}

function readTexts(bytes: Uint8Array, elements: number, name: string): readonly string[] {
  // An element has at least four bytes: a shape cannot claim memory that did not come.
  if (elements * 4 > bytes.length) throw wrongSize(name)
  const texts = emptyData('BYTES', elements) as string[]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let at = 0
  for (let i = 0; i < elements; i++) {
    if (at + 4 > bytes.length) throw wrongSize(name)
    const length = view.getUint32(at, true)
    at += 4
    if (at + length > bytes.length) throw wrongSize(name)
    texts[i] = decode(decoder, bytes.subarray(at, at + length), name)
    at += length
  }
  if (at !== bytes.length) throw wrongSize(name)
  return texts
}

/** Texts of ONNX are UTF-8. */
function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new MillraceError('REQUEST_INVALID', `Input "${name}" has bytes that are no UTF-8 text.`)
  }
}

function writeTexts(texts: readonly string[]): Uint8Array {
  const lengths = texts.map(text => Buffer.byteLength(text))
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0))
  let at = 0
  for (const [i, text] of texts.entries()) {
    at = bytes.writeUInt32LE(lengths[i]!, at)
    at += bytes.write(text, at)
  }
  return bytes
}

function wrongSize(name: string): MillraceError {
  return new MillraceError(
    'REQUEST_INVALID',
    `Input "${name}" has not as many bytes as its shape and datatype tell.`,
  )
}
