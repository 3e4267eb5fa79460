import { MillraceError } from '@millrace/core'

/** Field numbers of onnx.proto: where a tensor says that its values lie in another file. */
const GRAPH = 7
const INITIALIZER = 5
const EXTERNAL_DATA = 13
const KEY = 1
const VALUE = 2
const LENGTH_DELIMITED = 2
/** How many bytes the other kinds of fields take; a varint ends by itself. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 }

interface Field {
  readonly number: number
  readonly bytes: Uint8Array
}

/**
 * The files beside an ONNX file that hold weights of its graph, by the names it gives them, each once. Throws
 * MODEL_INVALID, which names `file`, when the bytes are no ONNX file, or when a name leads out of the folder.
 */
export function weightFilesOf(onnx: Uint8Array, file: string): readonly string[] {
  const entries = externalEntries(onnx, file)
  const locations = entries.map(pairOf).filter(([key]) => key === 'location')
  const names = [...new Set(locations.map(([, value]) => value))]
  const outside = names.find(name => !/^[^/\\]+$/.test(name) || name.startsWith('..'))
  if (outside === undefined) return names
  throw new MillraceError(
    'MODEL_INVALID',
    `${file} has weights in "${outside}": they must lie in the same folder.`,
  )
}

function externalEntries(onnx: Uint8Array, file: string): readonly Field[] {
  try {
    return inside(inside(inside(fieldsOf(onnx), GRAPH), INITIALIZER), EXTERNAL_DATA, true)
  } catch (cause) {
    throw new MillraceError('MODEL_INVALID', `${file} is no ONNX file, or is truncated: write it anew.`, {
      cause,
    })
  }
}

/** The fields within those of one number; with `whole` these themselves. */
function inside(fields: readonly Field[], number: number, whole = false): readonly Field[] {
  const found = fields.filter(field => field.number === number)
  return whole ? found : found.flatMap(({ bytes }) => fieldsOf(bytes))
}

function pairOf({ bytes }: Field): readonly [key: string, value: string] {
  const fields = fieldsOf(bytes)
  const textOf = (number: number): string =>
    new TextDecoder().decode(fields.find(field => field.number === number)?.bytes)
  return [textOf(KEY), textOf(VALUE)]
}

/** The length-delimited fields of a message; the others are skipped. */
function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = []
  for (let at = 0; at < bytes.length; ) {
    const [tag, behindTag] = varintAt(bytes, at)
    const kind = tag % 8
    const [length, start] = kind === LENGTH_DELIMITED ? varintAt(bytes, behindTag) : [0, behindTag]
    if (kind === 0) at = varintAt(bytes, start)[1]
    else at = start + (FIXED_BYTES[kind] ?? length)
    if (at > bytes.length || ![0, 1, 2, 5].includes(kind)) throw truncated()
    if (kind === LENGTH_DELIMITED)
      fields.push({ number: Math.floor(tag / 8), bytes: bytes.subarray(start, at) })
  }
  return fields
}

/** The number at a place, and the place behind it. */
function varintAt(bytes: Uint8Array, start: number): readonly [value: number, end: number] {
  let value = 0
  for (let at = start, scale = 1; at < bytes.length && at < start + 10; at++, scale *= 128) {
    value += (bytes[at]! & 0x7f) * scale
    if (bytes[at]! < 0x80) return [value, at + 1]
  }
  throw truncated()
}

function truncated(): RangeError {
  return new RangeError('a field is of no known kind, or ends behind the end of the bytes')
}
