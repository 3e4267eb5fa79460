/** A JSON Schema (draft 2020-12). */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export const INTEGER: JsonSchema = { type: 'integer' }
export const COUNT: JsonSchema = { type: 'integer', minimum: 0 }
export const NUMBER: JsonSchema = { type: 'number' }
export const TEXT: JsonSchema = { type: 'string' }
export const FLAG: JsonSchema = { type: 'boolean' }

/** Epoch milliseconds. */
export const TIME: JsonSchema = { type: 'integer', description: 'Epoch milliseconds.' }

/**
 * A message of one topic: an object whose schema names itself.
 * @param definitions what `reference` refers to
 * @param optional names of properties that may be left out
 */
export function messageSchema(
  title: string,
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  definitions?: Readonly<Record<string, JsonSchema>>,
  optional?: readonly string[],
): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    description,
    ...objectOf(properties, optional),
    ...(definitions !== undefined && { $defs: definitions }),
  }
}

/** The definition of that name in the same message. */
export function reference(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` }
}

/**
 * An object with exactly these properties, unless more are declared later: readers must ignore what they do not know.
 * @param optional names of properties that may be left out
 */
export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { type: 'object', properties, required }
}

/** An object with one property of the same schema for each name, and no other. */
export function recordOf(names: readonly string[], schema: JsonSchema): JsonSchema {
  const properties = Object.fromEntries(names.map(name => [name, schema]))
  return { ...objectOf(properties), additionalProperties: false }
}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

export function oneOf(values: readonly string[]): JsonSchema {
  return { enum: values }
}

/** The schema, or null. */
export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

export function described(schema: JsonSchema, description: string): JsonSchema {
  return { ...schema, description }
}
