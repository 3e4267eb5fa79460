import { bool, oneOf, text } from '../proto/field.ts'
import { message, messagesByName, repeatedMessage } from '../proto/message.ts'

/** The messages of the model repository extension, as proto/inference.proto has them. */

export const repositoryIndexRequest = message({ repository_name: text(1), ready: bool(2) })

const modelIndex = message({ name: text(1), version: text(2), state: text(3), reason: text(4) })

export const repositoryIndexResponse = message({ models: repeatedMessage(1, modelIndex) })

const repositoryParameter = message({
  bool_param: oneOf.bool(1),
  int64_param: oneOf.int64(2),
  string_param: oneOf.text(3),
  bytes_param: oneOf.bytes(4),
})

/** The requests to load and to unload are alike. */
export const repositoryModelRequest = message({
  repository_name: text(1),
  model_name: text(2),
  parameters: messagesByName(3, repositoryParameter),
})
