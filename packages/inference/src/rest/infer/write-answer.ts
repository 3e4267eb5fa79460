import type { ServedModel } from '../../served/served-models.ts'
import { writeJsonData } from '../../tensor/json-tensor.ts'
import { writeRawTensor } from '../../tensor/raw-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { InferRequest } from './read-infer-request.ts'

/** An answer as it goes over the wire. */
export interface WrittenAnswer {
  readonly body: string | Buffer
  /** Bytes of the JSON before the tensors; undefined when the answer is JSON alone. */
  readonly headerLength: number | undefined
}

/** What every answer of a model begins with, written once. */
interface AnswerForm {
  readonly head: string
  /** Of each output of the signature. */
  readonly outputs: readonly string[]
}

const FORMS = new WeakMap<ServedModel, AnswerForm>()

/** Writes the outputs that the caller asked for. Throws REQUEST_INVALID for values that JSON cannot carry. */
export function writeAnswer(
  model: ServedModel,
  { id, outputs }: Pick<InferRequest, 'id' | 'outputs'>,
  tensors: readonly Tensor[],
): WrittenAnswer {
  const form = formOf(model)
  const raw: Uint8Array[] = []
  let json = id === undefined ? form.head : `${form.head},"id":${JSON.stringify(id)}`
  json += ',"outputs":['
  for (let i = 0; i < outputs.length; i++) {
    const { place, binary } = outputs[i]!
    const tensor = tensors[place]!
    json += `${i === 0 ? '' : ','}${form.outputs[place]}[${tensor.shape.join(',')}]`
    if (binary) {
      const bytes = writeRawTensor(tensor)
      raw.push(bytes)
      json += `,"parameters":{"binary_data_size":${bytes.length}}}`
    } else {
      json += `,"data":${JSON.stringify(writeJsonData(tensor, model.signature.outputs[place]!.name))}}`
    }
  }
  json += ']}'
  return raw.length === 0 ? { body: json, headerLength: undefined } : withBytes(json, raw)
}

function withBytes(json: string, raw: readonly Uint8Array[]): WrittenAnswer {
  const head = Buffer.from(json)
  return { body: Buffer.concat([head, ...raw]), headerLength: head.length }
}

function formOf(model: ServedModel): AnswerForm {
  const known = FORMS.get(model)
  if (known !== undefined) return known
  const { identity, signature } = model
  const form = {
    head: `{"model_name":${JSON.stringify(identity.name)},"model_version":${JSON.stringify(identity.version)}`,
    outputs: signature.outputs.map(
      ({ name, datatype }) => `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":`,
    ),
  }
  FORMS.set(model, form)
  return form
}
