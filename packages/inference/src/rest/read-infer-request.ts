import { MillraceError } from '@millrace/core'
import { type JsonTensor, readJsonTensor } from '../tensor/json-tensor.ts'
import type { ModelSignature, Tensor, TensorSpec } from '../tensor/tensor.ts'

/** A checked inference request. */
export interface InferRequest {
  /** The caller's own name for the request, given back with the answer. */
  readonly id: string | undefined
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[]
  /** Places of the wanted outputs in the signature, in the order of the request. */
  readonly outputs: readonly number[]
}

type JsonObject = Readonly<Record<string, unknown>>

/** Reads an inference request in JSON. Throws REQUEST_INVALID that says what is wrong with it. */
export function readInferRequest(body: unknown, signature: ModelSignature): InferRequest {
  const { id, inputs, outputs, parameters } = objectOf(body, 'The request')
  if (id !== undefined && typeof id !== 'string') throw invalid('The "id" must be text.')
  if (parameters !== undefined) objectOf(parameters, 'The "parameters"')
  return {
    id,
    inputs: readInputs(inputs, signature.inputs),
    outputs: readOutputs(outputs, signature.outputs),
  }
}

function readInputs(inputs: unknown, specs: readonly TensorSpec[]): readonly Tensor[] {
  if (!Array.isArray(inputs)) throw invalid('The request has no "inputs", which must be a list.')
  if (inputs.length !== specs.length) {
    throw invalid(
      `The model expects ${specs.length} inputs, ${inputs.length} came: it takes ${quoted(specs)}.`,
    )
  }
  const tensors = Array<Tensor>(specs.length)
  for (const input of inputs) {
    const place = placeOf(objectOf(input, 'The input'), specs, 'input')
    if (tensors[place] !== undefined) throw invalid(`The input "${specs[place]!.name}" came twice.`)
    tensors[place] = readJsonTensor(input as JsonTensor, specs[place]!)
  }
  return tensors
}

/** Without a list, or with an empty one, every output is wanted. */
function readOutputs(outputs: unknown, specs: readonly TensorSpec[]): readonly number[] {
  if (outputs === undefined || (Array.isArray(outputs) && outputs.length === 0)) return specs.map((_, i) => i)
  if (!Array.isArray(outputs)) throw invalid('The "outputs" must be a list.')
  if (outputs.length > specs.length) throw invalid(`The model has ${specs.length} outputs: ask for no more.`)
  return outputs.map(output => placeOf(objectOf(output, 'The output'), specs, 'output'))
}

function placeOf({ name }: JsonObject, specs: readonly TensorSpec[], kind: 'input' | 'output'): number {
  const place = specs.findIndex(spec => spec.name === name)
  if (place >= 0) return place
  throw invalid(`The model has no such ${kind}: it has ${quoted(specs)}.`)
}

function quoted(specs: readonly TensorSpec[]): string {
  return specs.map(({ name }) => `"${name}"`).join(', ')
}

function objectOf(value: unknown, place: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw invalid(`${place} must be an object.`)
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
