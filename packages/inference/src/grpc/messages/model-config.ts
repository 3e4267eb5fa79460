import { DATATYPES } from '../../tensor/datatypes.ts'
import { enumeration, int32, repeatedSafeInt64, text } from '../proto/field.ts'
import { message, nested, repeatedMessage } from '../proto/message.ts'

/** The part of Triton's model configuration that says something of a model here, as proto/inference.proto has it. */

const dataType = enumeration([
  'TYPE_INVALID',
  ...DATATYPES.map(datatype => `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`),
])

const modelInput = message({ name: text(1), data_type: dataType(2), dims: repeatedSafeInt64(4) })
const modelOutput = message({ name: text(1), data_type: dataType(2), dims: repeatedSafeInt64(3) })

const versionPolicy = message({ specific: nested(3, message({ versions: repeatedSafeInt64(1) })) })

const modelConfig = message({
  name: text(1),
  platform: text(2),
  version_policy: nested(3, versionPolicy),
  max_batch_size: int32(4),
  input: repeatedMessage(5, modelInput),
  output: repeatedMessage(6, modelOutput),
  dynamic_batching: nested(11, message({})),
  backend: text(17),
})

export const modelConfigResponse = message({ config: nested(1, modelConfig) })
