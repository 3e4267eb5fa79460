import type { ServedModel } from '../../served/served-models.ts'
import { type JsonTensor, readJsonTensor } from '../../tensor/json-tensor.ts'
import { readRawInput } from '../../tensor/raw-input.ts'
import type { Tensor, TensorSpec } from '../../tensor/tensor.ts'
import { invalid, type JsonObject, objectOf, parametersOf, placeOf, quoted } from './json-object.ts'
import { readRawRequest } from './raw-request.ts'
import { RAW_OUTPUTS, readOutputs, type WantedOutput } from './read-outputs.ts'
import type { InferBody } from './split-body.ts'

/** A checked inference request. */
export interface InferRequest {
  /** The caller's own name for the request, given back with the answer. */
  readonly id: string | undefined
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[]
  /** In the order of the request. */
  readonly outputs: readonly WantedOutput[]
  /** How long the caller waits for the model, in µs; undefined when it does not say. */
  readonly timeout: number | undefined
}

type Model = Pick<ServedModel, 'signature' | 'joins'>

/** Reads an inference request, whose tensors may be JSON or bytes. Throws REQUEST_INVALID that says what is wrong with it. */
export function readInferRequest({ json, bytes }: InferBody, model: Model): InferRequest {
  const { signature } = model
  if (json === undefined) {
    const outputs = readOutputs(undefined, RAW_OUTPUTS, signature.outputs)
    return { id: undefined, inputs: [readRawRequest(bytes!, model)], outputs, timeout: undefined }
  }
  const { id, inputs, outputs, parameters: given } = objectOf(json, 'The request')
  const parameters = parametersOf(given, 'The request')
  return {
    id: readId(id),
    inputs: readInputs(inputs, new TensorBytes(bytes), signature.inputs),
    outputs: readOutputs(outputs, parameters, signature.outputs),
    timeout: readTimeout(parameters?.['timeout']),
  }
}

function readId(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string') throw invalid('The "id" must be text.')
  return id
}

/** 0 means no limit, as with Triton. */
function readTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined || timeout === 0) return undefined
  const microseconds = typeof timeout === 'string' ? Number(timeout || Number.NaN) : timeout
  if (typeof microseconds === 'number' && microseconds >= 0) return microseconds || undefined
  throw invalid('The parameter "timeout" must be a number of microseconds.')
}

function readInputs(inputs: unknown, bytes: TensorBytes, specs: readonly TensorSpec[]): readonly Tensor[] {
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
    tensors[place] = readInput(input, bytes, specs[place]!)
  }
  bytes.end()
  return tensors
}

function readInput(input: JsonObject, bytes: TensorBytes, spec: TensorSpec): Tensor {
  const size = sizeOf(input, spec)
  if (size === undefined) return readJsonTensor(input as JsonTensor, spec)
  if (input['data'] !== undefined) throw invalid(`Input "${spec.name}" came both as "data" and as bytes.`)
  return readRawInput(input, bytes.take(size, spec), spec)
}

/** How many bytes an input has behind the JSON; undefined when its values are in the JSON. */
function sizeOf({ parameters: given }: JsonObject, spec: TensorSpec): number | undefined {
  if (given === undefined || given === null) return undefined
  const parameters = parametersOf(given, `Input "${spec.name}"`)!
  if ('shared_memory_region' in parameters) {
    throw invalid('Shared memory is not offered: send the tensors with the request.')
  }
  const size = parameters['binary_data_size']
  if (size === undefined) return undefined
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size
  throw invalid(`The "binary_data_size" of input "${spec.name}" must be a whole number of bytes.`)
}

/** The bytes behind the JSON, handed out to the inputs in their order. */
class TensorBytes {
  readonly #bytes: Buffer | undefined
  #at = 0

  constructor(bytes: Buffer | undefined) {
    this.#bytes = bytes
  }

  take(size: number, { name }: TensorSpec): Buffer {
    if (this.#bytes === undefined) {
      throw invalid(
        `Input "${name}" comes as bytes: the request lacks the header Inference-Header-Content-Length.`,
      )
    }
    const missing = this.#at + size - this.#bytes.length
    if (missing > 0) throw invalid(`The body ends ${missing} bytes too early for input "${name}".`)
    this.#at += size
    return this.#bytes.subarray(this.#at - size, this.#at)
  }

  end(): void {
    const left = (this.#bytes?.length ?? 0) - this.#at
    if (left > 0) throw invalid(`The body has ${left} bytes more than its inputs tell.`)
  }
}
