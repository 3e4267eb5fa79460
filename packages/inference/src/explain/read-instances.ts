import { MillraceError } from '@millrace/core'

/**
 * Reads the vectors of `{"instances": […]}`: each a list of values in the order of the inputs, or an object of them by
 * name; null stands for a missing value, which is NaN here. Throws REQUEST_INVALID that says what is wrong.
 */
export function readInstances(body: unknown, inputs: readonly string[]): readonly Float64Array[] {
  const instances = isObject(body) ? body['instances'] : undefined
  if (!Array.isArray(instances) || instances.length === 0) {
    throw invalid('The body must be {"instances": [...]}, with one instance at the least.')
  }
  return instances.map((instance, i) => readInstance(instance, inputs, `instances[${i}]`))
}

function readInstance(instance: unknown, inputs: readonly string[], place: string): Float64Array {
  const values = Array.isArray(instance) ? instance : valuesByName(instance, inputs, place)
  if (values.length !== inputs.length) {
    throw invalid(`${place} has ${values.length} values, the model takes ${inputs.length}.`)
  }
  return Float64Array.from(values, (value, i) => readValue(value, `${place}, "${inputs[i]}",`))
}

function valuesByName(instance: unknown, inputs: readonly string[], place: string): readonly unknown[] {
  if (!isObject(instance)) throw invalid(`${place} must be a list of values, or an object of them by name.`)
  if (!Object.keys(instance).every(name => inputs.includes(name))) {
    throw invalid(`${place} has a name that is none of the model's inputs.`)
  }
  const missing = inputs.find(name => !Object.hasOwn(instance, name))
  if (missing !== undefined) throw invalid(`${place} lacks "${missing}": a missing value is null.`)
  return inputs.map(name => instance[name])
}

function readValue(value: unknown, place: string): number {
  if (value === null) return Number.NaN
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw invalid(`${place} must be a finite number, or null where it is missing.`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
