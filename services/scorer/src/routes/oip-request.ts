import { MillraceError } from '@millrace/core'
import { readVectors, type TensorLimits, type Vectors } from './oip-tensor.ts'

/** A checked inference request. */
export interface InferRequest {
  /** The caller's own name for the request, given back with the answer. */
  readonly id: string | undefined
  readonly vectors: Vectors
}

/** What the model of a request takes and gives. */
export interface InferTarget extends TensorLimits {
  readonly input: string
  readonly output: string
}

type JsonObject = Readonly<Record<string, unknown>>

/** Reads an inference request in JSON. Throws REQUEST_INVALID that says what is wrong with it. */
export function readInferRequest(body: unknown, target: InferTarget): InferRequest {
  const { id, inputs, outputs, parameters } = objectOf(body, 'The request')
  if (id !== undefined && typeof id !== 'string') throw invalid('The "id" must be text.')
  if (parameters !== undefined) objectOf(parameters, 'The "parameters"')
  checkOutputs(outputs, target.output)
  return { id, vectors: readVectors(onlyInput(inputs, target.input), target) }
}

function onlyInput(inputs: unknown, name: string): JsonObject {
  if (!Array.isArray(inputs)) throw invalid('The request has no "inputs", which must be a list.')
  if (inputs.length !== 1) throw invalid(`The model expects 1 input, ${inputs.length} came.`)
  const input = objectOf(inputs[0], 'The input')
  if (input['name'] !== name) throw invalid(`The model has no such input: its name is "${name}".`)
  return input
}

/** Without a list, or with an empty one, every output is wanted: the model has one. */
function checkOutputs(outputs: unknown, name: string): void {
  if (outputs === undefined) return
  if (!Array.isArray(outputs)) throw invalid('The "outputs" must be a list.')
  if (outputs.length > 1) throw invalid('The model has 1 output: ask for no more.')
  for (const output of outputs) {
    if (objectOf(output, 'The output')['name'] === name) continue
    throw invalid(`The model has no such output: its name is "${name}".`)
  }
}

function objectOf(value: unknown, place: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw invalid(`${place} must be an object.`)
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
