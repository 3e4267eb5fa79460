/** The values of a tensor in row-major order. BOOL are bytes of 0 and 1, FP16 their bits, BYTES texts. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | readonly string[]

export type NumericData = Exclude<TensorData, readonly string[]>

type NumericArray = {
  new (length: number): NumericData
  new (buffer: ArrayBuffer, byteOffset: number, length: number): NumericData
  readonly BYTES_PER_ELEMENT: number
}

interface DatatypeFacts {
  /** Its name in ONNX Runtime. */
  readonly onnx: string
  /** Undefined for texts. */
  readonly array: NumericArray | undefined
}

/** The datatypes of the Open Inference Protocol v2. */
const FACTS = {
  BOOL: { onnx: 'bool', array: Uint8Array },
  UINT8: { onnx: 'uint8', array: Uint8Array },
  UINT16: { onnx: 'uint16', array: Uint16Array },
  UINT32: { onnx: 'uint32', array: Uint32Array },
  UINT64: { onnx: 'uint64', array: BigUint64Array },
  INT8: { onnx: 'int8', array: Int8Array },
  INT16: { onnx: 'int16', array: Int16Array },
  INT32: { onnx: 'int32', array: Int32Array },
  INT64: { onnx: 'int64', array: BigInt64Array },
  FP16: { onnx: 'float16', array: Uint16Array },
  FP32: { onnx: 'float32', array: Float32Array },
  FP64: { onnx: 'float64', array: Float64Array },
  BYTES: { onnx: 'string', array: undefined },
} as const satisfies Record<string, DatatypeFacts>

export type Datatype = keyof typeof FACTS

/** All datatypes, in the order of the standard. */
export const DATATYPES = Object.keys(FACTS) as readonly Datatype[]

const BY_ONNX_NAME = new Map(DATATYPES.map(datatype => [FACTS[datatype].onnx as string, datatype]))

export function isDatatype(text: unknown): text is Datatype {
  return typeof text === 'string' && Object.hasOwn(FACTS, text)
}

/** The datatype of a name of ONNX Runtime; undefined for what no protocol can carry, such as complex numbers. */
export function datatypeOf(onnx: string): Datatype | undefined {
  return BY_ONNX_NAME.get(onnx)
}

export function onnxNameOf(datatype: Datatype): string {
  return FACTS[datatype].onnx
}

/** Bytes of one element; undefined for BYTES, whose elements have any length. */
export function bytesPerElement(datatype: Datatype): number | undefined {
  return FACTS[datatype].array?.BYTES_PER_ELEMENT
}

/** Zeros, or empty texts. */
export function emptyData(datatype: Datatype, length: number): TensorData {
  const { array } = FACTS[datatype]
  return array === undefined ? Array<string>(length).fill('') : new array(length)
}

/** A view of bytes in the order of this machine as numbers; the bytes are aligned to the element. */
export function viewOf(
  datatype: Exclude<Datatype, 'BYTES'>,
  buffer: ArrayBuffer,
  byteOffset: number,
  length: number,
): NumericData {
  return new FACTS[datatype].array(buffer, byteOffset, length)
}
