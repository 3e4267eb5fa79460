import { latenessOf, parentOf, type Stage, type TakenRecord } from '@millrace/core'
import type { Passage } from './passage.ts'
import { type Counts, type StagePlan, stageOf } from './topology.ts'
import type { Wiring } from './wiring.ts'

/** Who holds the number of a transaction. */
export interface Holder {
  readonly offset: number
  readonly eventTime: number
}

/** Time within which a number that comes again is a duplicate, and beyond which a late one is refused. */
export const HORIZON = 5
const GRACE = 2

/** The rule of the ingestor. */
export function isTaken(holder: Holder | undefined, by: Holder): boolean {
  return (
    holder !== undefined && holder.offset < by.offset && Math.abs(holder.eventTime - by.eventTime) <= HORIZON
  )
}

export function isLate({ lateByMs }: Pick<TakenRecord<Passage>, 'lateByMs'>): boolean {
  return lateByMs > GRACE
}

/**
 * As `stageOf`, but the stage of the raw transactions passes on only the first of those with the same number, and no
 * late ones, which claim nothing.
 */
export function stageWithClaims(claims: (record: TakenRecord<Passage>) => boolean): Wiring['stageOf'] {
  return (plan, nameParent) => {
    if (plan.name !== 'ingest-transactions') return stageOf(plan, nameParent)
    // Nobody but the stage looks into its states.
    return claimingStage(plan, nameParent, claims) as Stage<Passage, unknown> as Stage<Passage, Counts>
  }
}

function claimingStage(
  { name, output }: StagePlan,
  nameParent: Parameters<Wiring['stageOf']>[1],
  claims: (record: TakenRecord<Passage>) => boolean,
): Stage<Passage, Holder> {
  return {
    name,
    stateTtl: Infinity,
    codec: {
      encode: holder => Buffer.from(JSON.stringify(holder)),
      decode: bytes => JSON.parse(String(Buffer.from(bytes))) as Holder,
    },
    keyOf: ({ value }) => String(value.number),
    claimOf: record => (claims(record) ? holderOf(record) : undefined),
    step(holder, record, { partition, emit }) {
      const own = holderOf(record)
      if (isTaken(holder, own) || isLate(record)) return undefined
      const { value, eventTime } = record
      const parent = nameParent(parentOf(partition, record))
      const passed = { eventTime, lateByMs: latenessOf(record), parent, value }
      emit({ topic: output.topic, key: value[output.entity!], value: passed })
      return own
    },
  }
}

function holderOf({ offset, eventTime }: Holder): Holder {
  return { offset, eventTime }
}
