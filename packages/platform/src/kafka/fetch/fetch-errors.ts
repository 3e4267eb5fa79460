import { MillraceError } from '@millrace/core'
import { isRefusal } from '../refusal.ts'

export const OFFSET_OUT_OF_RANGE = 1

/** Codes that no new attempt can mend. All others pass, or the leader has moved. */
const REFUSALS: Readonly<Record<number, string>> = {
  17: 'INVALID_TOPIC_EXCEPTION',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  35: 'UNSUPPORTED_VERSION',
}

/** The error that a code in a response stands for: BROKER_REFUSED or BROKER_UNAVAILABLE. */
export function fetchError(errorCode: number, topic?: string): MillraceError {
  const type = REFUSALS[errorCode]
  const options = { details: { topic, type, errorCode } }
  const what = topic ?? 'its topics'
  if (type === undefined)
    return new MillraceError(
      'BROKER_UNAVAILABLE',
      `Kafka cannot serve ${what} now: error ${errorCode}.`,
      options,
    )
  return new MillraceError(
    'BROKER_REFUSED',
    `Kafka refuses to let this service read ${what}: ${type}.`,
    options,
  )
}

/** Rejects with BROKER_REFUSED or BROKER_UNAVAILABLE for what a call to the brokers met. */
export function asBrokerError(cause: unknown): never {
  if (isRefusal(cause))
    throw new MillraceError('BROKER_REFUSED', 'Kafka refuses what this service asks of it.', {
      cause,
    })
  throw new MillraceError('BROKER_UNAVAILABLE', 'Kafka did not answer.', { cause })
}
