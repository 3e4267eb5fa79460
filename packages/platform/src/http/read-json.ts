import { isUtf8 } from 'node:buffer'
import { MillraceError } from '@millrace/core'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d
const OPENING_BRACKET = 0x5b
/** The bit by which a brace differs from a square bracket. */
const CASE = 0x20

export interface JsonLimits {
  /** How deep arrays and objects may be nested. Default 16. */
  readonly maxDepth?: number
}

/** Reads a request's body as JSON. Throws REQUEST_INVALID when it is empty, malformed or too deeply nested. */
export function readJson(body: unknown, { maxDepth = 16 }: JsonLimits = {}): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw invalid('The body is empty: it must be JSON.')
  if (!isUtf8(body)) throw invalid('The body is no JSON: it is not UTF-8.')
  if (hasMoreThan(body, maxDepth) && depthOf(body) > maxDepth)
    throw invalid(`The body is nested deeper than ${maxDepth} levels.`)
  try {
    return JSON.parse(body.toString())
  } catch {
    throw invalid('The body is no JSON.')
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}

/** Whether a text opens more than so many arrays and objects; few openings cannot be nested deeply. */
function hasMoreThan(json: Buffer, openings: number): boolean {
  let found = 0
  for (const opening of [OPENING_BRACE, OPENING_BRACKET]) {
    for (let at = json.indexOf(opening); at >= 0; at = json.indexOf(opening, at + 1)) {
      if (++found > openings) return true
    }
  }
  return false
}

/** The deepest nesting of a JSON text, found before it is parsed. */
function depthOf(json: Uint8Array): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]!
    if (byte === QUOTE) i = endOfText(json, i)
    // Digits, points and commas, of which most is made, are all below.
    if (byte < OPENING_BRACKET) continue
    if ((byte | CASE) === OPENING_BRACE) {
      if (++depth > deepest) deepest = depth
    } else if ((byte | CASE) === CLOSING_BRACE) depth--
  }
  return deepest
}

/** The index of the quote that ends the text which begins at `start`. */
function endOfText(json: Uint8Array, start: number): number {
  let i = start + 1
  while (i < json.length && json[i] !== QUOTE) i += json[i] === BACKSLASH ? 2 : 1
  return i
}
