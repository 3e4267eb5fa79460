import { DATATYPES, type Datatype } from '../../src/tensor/datatypes.ts'
import { readRawTensor, writeRawTensor } from '../../src/tensor/raw-tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

/** A body of the binary tensor extension and the header that belongs to it. */
export function binaryRequest(
  json: object,
  tensors: readonly Uint8Array[],
): { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } {
  const head = Buffer.from(JSON.stringify(json))
  const headers = { 'inference-header-content-length': String(head.length) }
  return { body: Buffer.concat([head, ...tensors]), headers }
}

/** An input whose values are bytes behind the JSON. */
export function binaryInput(name: string, tensor: Tensor): object {
  const { shape, datatype } = tensor
  return { name, shape, datatype, parameters: { binary_data_size: writeRawTensor(tensor).length } }
}

interface OutputHead {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data?: readonly unknown[]
  readonly parameters?: { readonly binary_data_size: number }
}

/** Reads an answer as a client does: each output's values, from JSON or from the bytes behind it. */
export function readAnswer(response: {
  readonly rawPayload: Buffer
  readonly headers: Readonly<Record<string, unknown>>
}): readonly {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: readonly unknown[]
}[] {
  const { rawPayload: payload, headers } = response
  const length = Number(headers['inference-header-content-length'] ?? payload.length)
  const { outputs } = JSON.parse(payload.subarray(0, length).toString()) as { outputs: readonly OutputHead[] }
  let at = length
  const read = outputs.map(({ name, datatype, shape, data, parameters }) => {
    if (parameters === undefined) return { name, shape, data: data! }
    if (!DATATYPES.includes(datatype)) throw new Error('an answer has no such datatype')
    const bytes = payload.subarray(at, at + parameters.binary_data_size)
    at += bytes.length
    return { name, shape, data: [...readRawTensor(bytes, shape, { name, datatype, shape }).data] }
  })
  if (at !== payload.length) throw new Error('the answer has bytes that no output tells of')
  return read
}
