import { type JsonTensor, valuesOf } from './model-files.ts'

const ARRAYS = {
  BOOL: Uint8Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
} as const

/** The values of a tensor as the protocol has them in bytes. */
export function bytesOf(tensor: JsonTensor): Buffer {
  const values = valuesOf(tensor)
  if (ArrayBuffer.isView(values)) return Buffer.from(values.buffer)
  return Buffer.concat(values.flatMap(text => [lengthOf(text), Buffer.from(text)]))
}

/** A text has its length in bytes before it. */
function lengthOf(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(text))
  return length
}

/** The values that bytes hold, of half precision its bits. */
export function rawValues(bytes: Buffer, datatype: JsonTensor['datatype']): ArrayLike<unknown> {
  if (datatype !== 'BYTES') return new ARRAYS[datatype](new Uint8Array(bytes).buffer)
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at)
    texts.push(bytes.toString('utf8', at + 4, end))
    at = end
  }
  return texts
}
