import type { EventType, EventValues } from '../define/event-type.ts'
import type { Aggregation } from '../define/feature-view.ts'
import type { Field } from '../define/field.ts'
import type { ColumnKind } from '../window/series.ts'

/** One aggregated field of a source: how it is stored, and the unit in which it is summed. */
export interface Column {
  readonly field: string
  readonly kind: ColumnKind
  /** Stored value = field value × scale; money is stored in minor units. */
  readonly scale: number
  readonly valueOf: (event: EventValues) => number
}

/** The columns that the aggregations over `source` need, each field once. */
export function columnsOf(source: EventType, aggregations: readonly Aggregation[]): readonly Column[] {
  const fields = aggregations.filter(a => a.source === source && a.field !== undefined).map(a => a.field!)
  return [...new Set(fields)].map(field => columnOf(field, source.fields[field]!))
}

function columnOf(name: string, field: Field): Column {
  switch (field.kind) {
    case 'money': {
      const scale = 10 ** field.decimals
      return {
        field: name,
        kind: 'exact',
        scale,
        valueOf: event => Math.round((event[name] as number) * scale),
      }
    }
    case 'flag':
      return { field: name, kind: 'exact', scale: 1, valueOf: event => (event[name] === true ? 1 : 0) }
    case 'integer':
      return { field: name, kind: 'exact', scale: 1, valueOf: event => event[name] as number }
    default:
      return { field: name, kind: 'plain', scale: 1, valueOf: event => event[name] as number }
  }
}
