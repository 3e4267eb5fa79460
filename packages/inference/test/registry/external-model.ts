/** Bytes of an ONNX file some of whose tensors lie in files beside it; no more than reading their names takes. */
export function externalModel(...locations: readonly string[]): Uint8Array {
  const tensors = locations.map(location => field(5, field(13, text(1, 'location'), text(2, location))))
  return Uint8Array.from([8, 8, ...field(7, ...tensors, text(2, 'graph'))])
}

type Bytes = readonly number[]

function field(number: number, ...parts: readonly Bytes[]): Bytes {
  const body = parts.flat()
  return [...varint(number * 8 + 2), ...varint(body.length), ...body]
}

const text = (number: number, value: string): Bytes => field(number, [...Buffer.from(value)])

function varint(value: number): Bytes {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}
