/** Encodes a value of a JSON topic. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value)
}
