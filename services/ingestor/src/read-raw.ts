import {
  type Cleaning,
  cleanId,
  compileCleaning,
  type EventType,
  parseSwitch,
  parseWatermark,
  type Rejection,
  SWITCH_HEADER,
  WATERMARK_HEADER,
} from '@millrace/core'
import { type Decoded, type RawMessage, type SchemaDirectory, unframe } from '@millrace/platform'

/** A raw record after reading and cleaning: an event, or why it is none, or a tombstone, with the record as it came. */
export type RawRecord = { readonly message: RawMessage } & (
  | { readonly cleaning: Cleaning; readonly erases?: undefined }
  | {
      /** The entity to be erased. */
      readonly erases: string
      readonly cleaning?: undefined
    }
)

/** A tombstone tells no time: it takes its turn with the newest record before it. The earliest time that there is. */
const NO_TIME = -8.64e15

type WriterSchema = ReturnType<SchemaDirectory['known']>

/** The schemas of a batch that the registry had to be asked for; undefined where it has none. */
type AskedSchemas = ReadonlyMap<number, WriterSchema>

/** Builds the reading of an event type's raw topic in a pipeline: Confluent-framed Avro, or plain JSON. */
export function createRawReader(
  pipeline: string,
  type: EventType,
  directory: SchemaDirectory,
  now: () => number,
) {
  const clean = compileCleaning(type)

  /** Throws REGISTRY_UNAVAILABLE: trouble with the registry is not the record's fault. */
  return async (messages: readonly RawMessage[]): Promise<readonly Decoded<RawRecord>[]> => {
    const values = messages.map(message => message.value)
    const asked = await askForSchemas(values, directory)
    return messages.map((message, i) => read(message, values[i]!, asked))
  }

  function read(message: RawMessage, value: Buffer | null, asked: AskedSchemas): Decoded<RawRecord> {
    const told = value === null ? readControl(message.headers, pipeline) : undefined
    if (told !== undefined) return told
    if (value === null && type.tombstones === 'erase' && !isMeantAsWatermark(message))
      return readTombstone(message)
    const parsed = parse(value, asked)
    const cleaning = 'rejection' in parsed ? ({ ok: false, ...parsed } as const) : clean(parsed.raw, now())
    const eventTime = cleaning.ok ? (cleaning.event[type.eventTime] as number) : Number.NEGATIVE_INFINITY
    return { eventTime, value: { message, cleaning } }
  }

  function readTombstone(message: RawMessage): Decoded<RawRecord> {
    const entity = cleanId(type.key, type.fields[type.key]!, message.key?.toString())
    if (entity !== undefined) return { eventTime: NO_TIME, value: { message, erases: entity } }
    const words = `The record has no value, and its key is no ${type.key}: there is nothing to erase.`
    return refused(message, { reason: 'NULL_VALUE', message: words })
  }

  function parse(value: Buffer | null, asked: AskedSchemas): Parsed {
    if (value === null) return rejected('NULL_VALUE', UNDECLARED)
    if (value.length === 0) return rejected('EMPTY_VALUE', 'The value of the record is empty.')
    if (value.length > type.maxBytes)
      return rejected('RECORD_TOO_LARGE', `The value has more than ${type.maxBytes} bytes.`)
    const framed = unframe(value)
    if (framed === undefined) return parseJson(value)
    const { schemaId, datum } = framed
    const writer = directory.known(schemaId) ?? asked.get(schemaId)
    if (writer === undefined)
      return rejected('SCHEMA_UNKNOWN', `The registry has no schema with id ${schemaId}.`)
    return parseAvro(schemaId, datum, writer)
  }
}

/** What a record without a value tells of its partition; undefined when it is no watermark and no switch record. */
function readControl(headers: RawMessage['headers'], pipeline: string): Decoded<RawRecord> | undefined {
  const watermark = headers?.[WATERMARK_HEADER]
  const eventTime = watermark == null ? undefined : parseWatermark(watermark.toString())
  if (eventTime !== undefined) return { eventTime }
  const serving = headers?.[SWITCH_HEADER]
  if (serving == null) return undefined
  const servedBy = parseSwitch(serving.toString(), pipeline)
  return { eventTime: Number.NEGATIVE_INFINITY, ...(servedBy === undefined ? {} : { servedBy }) }
}

/** One that tells no time: whoever sent it wanted nothing erased. */
function isMeantAsWatermark({ headers }: RawMessage): boolean {
  return headers?.[WATERMARK_HEADER] !== undefined
}

async function askForSchemas(
  values: readonly (Buffer | null)[],
  directory: SchemaDirectory,
): Promise<AskedSchemas> {
  const asked = new Map<number, WriterSchema>()
  for (const value of values) {
    const id = value === null ? undefined : unframe(value)?.schemaId
    if (id === undefined || asked.has(id) || directory.known(id) !== undefined) continue
    asked.set(id, await directory.find(id))
  }
  return asked
}

const UNDECLARED =
  "The record has no value. If it is to erase what is known of its key, declare the event type with tombstones: 'erase'."

function refused(message: RawMessage, rejection: Rejection): Decoded<RawRecord> {
  return { eventTime: Number.NEGATIVE_INFINITY, value: { message, cleaning: { ok: false, rejection } } }
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

function parseAvro(schemaId: number, datum: Buffer, writer: NonNullable<WriterSchema>): Parsed {
  try {
    return { raw: writer.fromBuffer(datum) }
  } catch {
    return rejected('AVRO_MALFORMED', `The bytes are no datum of schema ${schemaId}.`)
  }
}
