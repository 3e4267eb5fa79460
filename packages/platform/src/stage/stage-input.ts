import type { StageRecord } from '@millrace/core'
import type { LogRecord } from '../kafka/record-batch/decode-record.ts'
import type { WatermarkSource } from './watermark-source.ts'

/** A record of a topic as it was read. */
export type RawMessage = LogRecord

/** What is read from a message, apart from where it stood. */
export type Decoded<V> = Omit<StageRecord<V>, 'input' | 'offset'>

/** One topic that a stage consumes. All inputs of a stage have the same number of partitions. */
export interface StageInput<V> {
  readonly topic: string
  /** The stage that writes the topic; none writes a raw topic. */
  readonly upstream?: WatermarkSource
  /** Reads messages of one partition, in order. Throws a MillraceError with fate `retry` or `stop`. */
  decode(messages: readonly RawMessage[]): readonly Decoded<V>[] | Promise<readonly Decoded<V>[]>
}
