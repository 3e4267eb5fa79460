import {
  type Cleaning,
  compileCleaning,
  type EventType,
  MillraceError,
  parseWatermark,
  type Rejection,
  WATERMARK_HEADER,
} from '@millrace/core'
import { type Decoded, type RawMessage, type SchemaDirectory, unframe } from '@millrace/platform'

/** A raw record after reading and cleaning: an event, or why it is none, with the record as it came. */
export interface RawRecord {
  readonly message: RawMessage
  readonly cleaning: Cleaning
}

/** Builds the reading of an event type's raw topic: Confluent-framed Avro, or plain JSON. */
export function createRawReader(type: EventType, directory: SchemaDirectory, now: () => number) {
  const clean = compileCleaning(type)

  /** Throws REGISTRY_UNAVAILABLE: trouble with the registry is not the record's fault. */
  async function read(message: RawMessage): Promise<Decoded<RawRecord>> {
    const told = message.value === null ? message.headers?.[WATERMARK_HEADER] : undefined
    const watermark = told === undefined ? undefined : parseWatermark(told.toString())
    if (watermark !== undefined) return { eventTime: watermark }
    const parsed = await parse(message.value)
    const cleaning = 'rejection' in parsed ? ({ ok: false, ...parsed } as const) : clean(parsed.raw, now())
    const eventTime = cleaning.ok ? (cleaning.event[type.eventTime] as number) : Number.NEGATIVE_INFINITY
    return { eventTime, value: { message, cleaning } }
  }

  async function parse(value: Buffer | null): Promise<Parsed> {
    if (value === null) return rejected('NULL_VALUE', 'The record has no value.')
    if (value.length === 0) return rejected('EMPTY_VALUE', 'The value of the record is empty.')
    if (value.length > type.maxBytes)
      return rejected('RECORD_TOO_LARGE', `The value has more than ${type.maxBytes} bytes.`)
    const framed = unframe(value)
    return framed === undefined ? parseJson(value) : parseAvro(framed.schemaId, framed.datum, directory)
  }

  return async (messages: readonly RawMessage[]): Promise<readonly Decoded<RawRecord>[]> => {
    const records: Decoded<RawRecord>[] = []
    for (const message of messages) records.push(await read(message))
    return records
  }
}

type Parsed = { readonly raw: unknown } | { readonly rejection: Rejection }

function rejected(reason: Rejection['reason'], message: string): Parsed {
  return { rejection: { reason, message } }
}

function parseJson(value: Buffer): Parsed {
  try {
    return { raw: JSON.parse(value.toString()) }
  } catch {
    return rejected('MALFORMED_JSON', 'The value is neither JSON nor framed Avro.')
  }
}

async function parseAvro(schemaId: number, datum: Buffer, directory: SchemaDirectory): Promise<Parsed> {
  try {
    const type = directory.known(schemaId) ?? (await directory.typeOf(schemaId))
    return { raw: type.fromBuffer(datum) }
  } catch (error) {
    if (!(error instanceof MillraceError))
      return rejected('AVRO_MALFORMED', `The bytes are no datum of schema ${schemaId}.`)
    if (error.code !== 'SCHEMA_UNKNOWN') throw error
    return rejected('SCHEMA_UNKNOWN', `The registry has no schema with id ${schemaId}.`)
  }
}
