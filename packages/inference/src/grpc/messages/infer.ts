import {
  oneOf,
  repeatedBool,
  repeatedBytes,
  repeatedDouble,
  repeatedFloat,
  repeatedInt32,
  repeatedInt64,
  repeatedSafeInt64,
  repeatedUint32,
  repeatedUint64,
  text,
} from '../proto/field.ts'
import { type MessageOf, message, messagesByName, nested, repeatedMessage } from '../proto/message.ts'

/** The messages of inference, as proto/inference.proto has them. */

export const inferParameter = message({
  bool_param: oneOf.bool(1),
  int64_param: oneOf.int64(2),
  string_param: oneOf.text(3),
  double_param: oneOf.double(4),
  uint64_param: oneOf.uint64(5),
})
export type InferParameter = MessageOf<typeof inferParameter>

export const inferTensorContents = message({
  bool_contents: repeatedBool(1),
  int_contents: repeatedInt32(2),
  int64_contents: repeatedInt64(3),
  uint_contents: repeatedUint32(4),
  uint64_contents: repeatedUint64(5),
  fp32_contents: repeatedFloat(6),
  fp64_contents: repeatedDouble(7),
  bytes_contents: repeatedBytes(8),
})
export type InferTensorContents = MessageOf<typeof inferTensorContents>

/** An input of a request, and an output of an answer: the two have the same fields. */
export const inferTensor = message({
  name: text(1),
  datatype: text(2),
  shape: repeatedSafeInt64(3),
  parameters: messagesByName(4, inferParameter),
  contents: nested(5, inferTensorContents),
})
export type InferTensor = MessageOf<typeof inferTensor>

const inferRequestedOutput = message({ name: text(1), parameters: messagesByName(2, inferParameter) })
export type InferRequestedOutput = MessageOf<typeof inferRequestedOutput>

export const modelInferRequest = message({
  model_name: text(1),
  model_version: text(2),
  id: text(3),
  parameters: messagesByName(4, inferParameter),
  inputs: repeatedMessage(5, inferTensor),
  outputs: repeatedMessage(6, inferRequestedOutput),
  raw_input_contents: repeatedBytes(7),
})
export type ModelInferRequest = MessageOf<typeof modelInferRequest>

export const modelInferResponse = message({
  model_name: text(1),
  model_version: text(2),
  id: text(3),
  parameters: messagesByName(4, inferParameter),
  outputs: repeatedMessage(5, inferTensor),
  raw_output_contents: repeatedBytes(6),
})

export const modelStreamInferResponse = message({
  error_message: text(1),
  infer_response: nested(2, modelInferResponse),
})
