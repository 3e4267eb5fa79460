import type { Pipeline, RetrainingRequest, StageOutput } from '@millrace/core'

const EVENT_TYPE = 'io.millrace.retraining.requested.v1'

/**
 * A retraining request as a CloudEvent 1.0 in Kafka's binary mode: the attributes are headers, the value is the
 * request, to be written as JSON. Its id and time follow from the window, never from the clock, so that a repeat
 * is the same event.
 */
export function retrainingEvent(
  pipeline: Pick<Pipeline, 'name'>,
  request: RetrainingRequest,
): Omit<StageOutput, 'topic'> {
  const { model, episode, window } = request
  return {
    key: model.name,
    headers: {
      ce_specversion: '1.0',
      ce_id: episode,
      ce_type: EVENT_TYPE,
      ce_source: `/${pipeline.name}/drift-monitor`,
      ce_subject: `${model.name}/${model.version}`,
      ce_time: new Date(window.end).toISOString(),
      'content-type': 'application/json',
    },
    value: request,
  }
}
