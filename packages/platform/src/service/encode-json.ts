/** Encodes a value of a JSON topic. */
export function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
