import { type EraseRecord, MillraceError, type Parent } from '@millrace/core'
import type { AvroSerde } from '../registry/avro-serde.ts'
import type { Decoded, StageInput } from '../stage/stage-input.ts'
import type { WatermarkSource } from '../stage/watermark-source.ts'
import { erasePlace, readErase } from './read-erase.ts'

/** What a record of every inner topic has, and those of events and statistics besides. */
interface Inner {
  readonly parent: Parent
  readonly lateByMs?: number
}

interface InputOptions<R, V> {
  readonly topic: string
  readonly upstream: WatermarkSource
  /** Event time of a record (epoch ms). */
  readonly eventTimeOf: (record: R) => number
  readonly toValue: (record: R) => V
}

interface AvroInputOptions<R, V> extends InputOptions<R, V> {
  /** Where the topic has erase records. */
  readonly toErase?: (erase: EraseRecord) => V
}

/** An inner topic in Avro. */
export function avroInput<R extends Inner, V>(
  serde: AvroSerde<R>,
  options: AvroInputOptions<R, V>,
): StageInput<V> {
  const { topic, upstream, toErase } = options
  return {
    topic,
    upstream,
    async decode(messages) {
      const values = messages.map(message => message.value)
      await serde.prepare(values)
      return values.map((value, i) => {
        if (value !== null || toErase === undefined) return decodedOf(serde.decode(value), options)
        const erase = readErase(messages[i]!)
        return { ...erasePlace(erase), value: toErase(erase) }
      })
    },
  }
}

/** An inner topic in JSON. */
export function jsonInput<R extends Inner, V>(options: InputOptions<R, V>): StageInput<V> {
  const { topic, upstream } = options
  return {
    topic,
    upstream,
    decode: messages => messages.map(message => decodedOf(parseRecord<R>(topic, message.value), options)),
  }
}

function decodedOf<R extends Inner, V>(record: R, { eventTimeOf, toValue }: InputOptions<R, V>): Decoded<V> {
  const { parent, lateByMs } = record
  return { eventTime: eventTimeOf(record), lateByMs, parent, value: toValue(record) }
}

function parseRecord<R>(topic: string, value: Buffer | null): R {
  try {
    return JSON.parse(String(value))
  } catch (cause) {
    throw new MillraceError('RECORD_UNREADABLE', `A record of ${topic} is no JSON.`, { cause })
  }
}
