import { MillraceError } from '@millrace/core'
import type { TensorSpec } from '../../tensor/tensor.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Takes a value of JSON as an object. Throws REQUEST_INVALID. */
export function objectOf(value: unknown, place: string): JsonObject {
  if (isObject(value)) return value
  throw invalid(`${place} must be an object.`)
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The parameters of a request or of one of its tensors; null is taken as none. Throws REQUEST_INVALID. */
export function parametersOf(given: unknown, place: string): JsonObject | undefined {
  if (given === undefined || given === null) return undefined
  if (!isObject(given)) throw invalid(`${place} has "parameters" that are no object.`)
  for (const name in given) {
    const value = given[name]
    if (typeof value === 'object')
      throw invalid(`${place} has a parameter that is no text, number or truth value.`)
  }
  return given
}

/** The place of the tensor that an object names. Throws REQUEST_INVALID. */
export function placeOf(
  { name }: JsonObject,
  specs: readonly TensorSpec[],
  kind: 'input' | 'output',
): number {
  for (let place = 0; place < specs.length; place++) if (specs[place]!.name === name) return place
  throw invalid(`The model has no such ${kind}: it has ${quoted(specs)}.`)
}

export function quoted(specs: readonly TensorSpec[]): string {
  return specs.map(({ name }) => `"${name}"`).join(', ')
}

export function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
