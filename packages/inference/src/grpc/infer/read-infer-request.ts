import { MillraceError } from '@millrace/core'
import { readDatatype } from '../../tensor/json-tensor.ts'
import { readRawInput } from '../../tensor/raw-input.ts'
import type { ModelSignature, Tensor, TensorSpec } from '../../tensor/tensor.ts'
import type { InferRequestedOutput, InferTensor, ModelInferRequest } from '../messages/infer.ts'
import { readContents } from './contents.ts'
import { refuseUnoffered, timeoutOf } from './parameters.ts'

/** A checked inference request. */
export interface InferCall {
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[]
  /** Places of the wanted outputs in the signature, in the order of the request. */
  readonly outputs: readonly number[]
  /** Whether the values came as raw bytes, and so are to be answered. */
  readonly raw: boolean
  /** How long the caller waits for the model (ms); undefined when it does not say. */
  readonly timeout: number | undefined
}

/** Reads an inference request. Throws REQUEST_INVALID that says what is wrong with it. */
export function readInferRequest(request: ModelInferRequest, signature: ModelSignature): InferCall {
  const { inputs, outputs, raw_input_contents: raw, parameters } = request
  return {
    inputs: readInputs(inputs, raw as readonly Buffer[], signature.inputs),
    outputs: readOutputs(outputs, signature.outputs),
    raw: raw.length > 0,
    timeout: timeoutOf(parameters),
  }
}

function readInputs(
  inputs: readonly InferTensor[],
  raw: readonly Uint8Array[],
  specs: readonly TensorSpec[],
): readonly Tensor[] {
  if (inputs.length !== specs.length) {
    throw invalid(
      `The model expects ${specs.length} inputs, ${inputs.length} came: it takes ${quoted(specs)}.`,
    )
  }
  if (raw.length > 0) checkRaw(inputs, raw)
  const tensors = Array<Tensor>(specs.length)
  for (let i = 0; i < inputs.length; i++) {
    const place = placeOf(inputs[i]!.name, specs, 'input')
    if (tensors[place] !== undefined) throw invalid(`The input "${specs[place]!.name}" came twice.`)
    tensors[place] = readInput(inputs[i]!, raw[i], specs[place]!)
  }
  return tensors
}

/** All inputs are raw bytes, or none is. */
function checkRaw(inputs: readonly InferTensor[], raw: readonly Uint8Array[]): void {
  if (inputs.some(({ contents }) => contents !== undefined)) {
    throw invalid(
      'The request has contents beside raw_input_contents: send every input in the one or the other.',
    )
  }
  if (inputs.length === raw.length) return
  throw invalid(`The request has ${inputs.length} inputs, and ${raw.length} raw_input_contents for them.`)
}

function readInput(input: InferTensor, raw: Uint8Array | undefined, spec: TensorSpec): Tensor {
  const { datatype, contents, parameters } = input
  refuseUnoffered(parameters)
  if (raw !== undefined) return readRawInput(input, raw, spec)
  if (contents === undefined) {
    throw invalid(`Input "${spec.name}" has no values: neither contents nor raw_input_contents.`)
  }
  return readRawInput(input, readContents(contents, readDatatype(datatype, spec), spec.name), spec)
}

/** Without a list every output is wanted. */
function readOutputs(
  outputs: readonly InferRequestedOutput[],
  specs: readonly TensorSpec[],
): readonly number[] {
  if (outputs.length === 0) return specs.map((_, i) => i)
  if (outputs.length > specs.length) throw invalid(`The model has ${specs.length} outputs: ask for no more.`)
  return outputs.map(({ name, parameters }) => {
    refuseUnoffered(parameters)
    return placeOf(name, specs, 'output')
  })
}

function placeOf(name: string, specs: readonly TensorSpec[], kind: 'input' | 'output'): number {
  for (let place = 0; place < specs.length; place++) if (specs[place]!.name === name) return place
  throw invalid(`The model has no such ${kind}: it has ${quoted(specs)}.`)
}

function quoted(specs: readonly TensorSpec[]): string {
  return specs.map(({ name }) => `"${name}"`).join(', ')
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
