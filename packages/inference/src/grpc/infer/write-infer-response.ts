import type { ServedModel } from '../../served/served-models.ts'
import { writeRawTensor } from '../../tensor/raw-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { modelInferResponse } from '../messages/infer.ts'
import type { MessageGiven } from '../proto/message.ts'
import { writeContents } from './contents.ts'
import type { InferCall } from './read-infer-request.ts'

export type ModelInferResponse = MessageGiven<typeof modelInferResponse>

/** The outputs that the caller asked for, in the form in which the inputs came. */
export function writeInferResponse(
  { identity, signature }: Pick<ServedModel, 'identity' | 'signature'>,
  { outputs, raw }: Pick<InferCall, 'outputs' | 'raw'>,
  id: string,
  tensors: readonly Tensor[],
): ModelInferResponse {
  const heads = outputs.map(place => headOf(signature.outputs[place]!.name, tensors[place]!))
  const answer = { model_name: identity.name, model_version: identity.version, id }
  if (raw) {
    const contents = outputs.map(place => writeRawTensor(tensors[place]!))
    return { ...answer, outputs: heads, raw_output_contents: contents }
  }
  return {
    ...answer,
    outputs: outputs.map((place, i) => ({
      ...heads[i]!,
      contents: writeContents(tensors[place]!, heads[i]!.name),
    })),
  }
}

/** For how many bytes an answer needs room; contents are no more than twice what the tensors themselves take. */
export function roomFor({ raw_output_contents: raw = [] }: ModelInferResponse): number {
  return raw.reduce((sum, { length }) => sum + length, 256)
}

function headOf(name: string, { datatype, shape }: Tensor) {
  return { name, datatype, shape }
}
