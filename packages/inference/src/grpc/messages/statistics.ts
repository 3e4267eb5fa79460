import { safeUint64, text } from '../proto/field.ts'
import { message, nested, repeatedMessage } from '../proto/message.ts'

/** The part of Triton's statistics that is counted here, as proto/inference.proto has it. */

const statisticDuration = message({ count: safeUint64(1), ns: safeUint64(2) })

const inferStatistics = message({
  success: nested(1, statisticDuration),
  fail: nested(2, statisticDuration),
  queue: nested(3, statisticDuration),
  compute_infer: nested(5, statisticDuration),
})

const modelStatistics = message({
  name: text(1),
  version: text(2),
  last_inference: safeUint64(3),
  inference_count: safeUint64(4),
  execution_count: safeUint64(5),
  inference_stats: nested(6, inferStatistics),
})

export const modelStatisticsResponse = message({ model_stats: repeatedMessage(1, modelStatistics) })
