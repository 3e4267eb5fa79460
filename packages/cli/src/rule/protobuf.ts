/** Writes protocol buffers: what an ONNX file consists of. */

const encoder = new TextEncoder()

const VARINT = 0
const LENGTH_DELIMITED = 2

/** A whole number that is not negative. */
export function varintField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint((field << 3) | VARINT), ...varint(value)])
}

export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, encoder.encode(text))
}

/** Bytes, or an embedded message given by its fields. */
export function bytesField(field: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concat([Uint8Array.from([...varint((field << 3) | LENGTH_DELIMITED), ...varint(length)]), ...parts])
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) | 128)
  }
}
