/** Up to this length a loop in JavaScript is quicker than a call into the engine. */
const SHORT = 48

/** The number of bytes of a text in UTF-8. */
export function sizeOfText(text: string): number {
  if (text.length > SHORT) return Buffer.byteLength(text)
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text)
  return text.length
}

/** Writes a text in UTF-8. Answers where it ends. */
export function writeText(bytes: Buffer, start: number, text: string, size: number): number {
  if (size !== text.length || size > SHORT) return start + bytes.write(text, start, size, 'utf8')
  for (let i = 0; i < size; i++) bytes[start + i] = text.charCodeAt(i)
  return start + size
}
