import { isUtf8 } from 'node:buffer'
import { MillraceError } from '@millrace/core'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENERS = new Set([0x5b, 0x7b])
const CLOSERS = new Set([0x5d, 0x7d])

export interface JsonLimits {
  /** How deep arrays and objects may be nested. Default 16. */
  readonly maxDepth?: number
}

/** Reads a request's body as JSON. Throws REQUEST_INVALID when it is empty, malformed or too deeply nested. */
export function readJson(body: unknown, { maxDepth = 16 }: JsonLimits = {}): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw invalid('The body is empty: it must be JSON.')
  if (!isUtf8(body)) throw invalid('The body is no JSON: it is not UTF-8.')
  if (depthOf(body) > maxDepth) throw invalid(`The body is nested deeper than ${maxDepth} levels.`)
  try {
    return JSON.parse(body.toString())
  } catch {
    throw invalid('The body is no JSON.')
  }
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}

/** The deepest nesting of a JSON text, found before it is parsed. */
function depthOf(json: Uint8Array): number {
  let depth = 0
  let deepest = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]!
    if (inText) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (OPENERS.has(byte)) deepest = Math.max(deepest, ++depth)
    else if (CLOSERS.has(byte)) depth--
  }
  return deepest
}
