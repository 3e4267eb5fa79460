import type { ByteReader } from '../codec/byte-reader.ts'
import type { Aggregation } from '../define/aggregation.ts'
import type { EventType, EventValues } from '../define/event-type.ts'
import type { Field } from '../define/field.ts'

/** What a state of version 1 held: the events of each source with the fields that were aggregated. */
export interface StateV1 {
  readonly latest: number
  readonly sources: readonly {
    readonly removedUpTo: number
    readonly events: readonly EventValues[]
  }[]
}

/**
 * Reads what follows the version byte of a state of version 1, which knew count, sum, mean and ratio, up to the ids that
 * were handled lately.
 */
export function decodeStateV1(
  reader: ByteReader,
  sources: readonly EventType[],
  aggregations: readonly Aggregation[],
): StateV1 {
  const latest = reader.float64()
  const read = sources.map(source => decodeSource(reader, source, fieldsOf(source, aggregations)))
  return { latest, sources: read }
}

function fieldsOf(source: EventType, aggregations: readonly Aggregation[]): readonly string[] {
  const fields = aggregations.filter(a => a.source === source && a.field !== undefined).map(a => a.field!)
  return [...new Set(fields)]
}

function decodeSource(
  reader: ByteReader,
  source: EventType,
  fields: readonly string[],
): StateV1['sources'][number] {
  const removedUpTo = reader.float64()
  let time = 0
  const events = Array.from({ length: reader.varint() }, () => {
    time += reader.signed()
    const values = fields.map(field => [field, decodeField(reader, source.fields[field]!)])
    return { ...Object.fromEntries(values), [source.eventTime]: time }
  })
  return { removedUpTo, events }
}

function decodeField(reader: ByteReader, field: Field): number | boolean {
  switch (field.kind) {
    case 'money':
      return reader.signed() / 10 ** field.decimals
    case 'flag':
      return reader.signed() === 1
    case 'integer':
      return reader.signed()
    default:
      return reader.float64()
  }
}
