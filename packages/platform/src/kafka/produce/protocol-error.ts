import { createRequire } from 'node:module'
import type { KafkaJSError, KafkaJSProtocolError } from 'kafkajs'

/** kafkajs' own table of the errors that brokers answer; its public API does not show it. */
const { createErrorFromCode }: { createErrorFromCode(code: number): KafkaJSProtocolError } = createRequire(
  import.meta.url,
)('kafkajs/src/protocol/error.js')

/** The error that a broker answered for a partition, by its code. */
export function protocolError(code: number, topic: string, partition: number): KafkaJSProtocolError {
  const error = createErrorFromCode(code)
  return Object.assign(error, { message: `${error.message} (${error.type}, ${topic} [${partition}])` })
}

/** Whether the same request may succeed later: every error of kafkajs says so itself. */
export function isRetriable(error: unknown): boolean {
  return error instanceof Error && (error as KafkaJSError).retriable === true
}
