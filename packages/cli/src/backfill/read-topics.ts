import { createHash } from 'node:crypto'
import type { EventType } from '@millrace/core'
import type { ScanRanges } from '@millrace/platform'
import { Completeness } from '../history/completeness.ts'
import type { EventLog } from '../history/event-log.ts'
import { tieOf } from '../history/tie.ts'
import type { EventTable } from './event-table.ts'
import type { OnRows } from './read-inputs.ts'

/** The clean topic of an event type as an input, and how far it is read. */
export interface InputTopic {
  readonly topic: string
  readonly type: EventType
  readonly ranges: ScanRanges
}

/** What was read of a topic, as the manifest tells it. */
export interface DigestedTopic {
  readonly topic: string
  readonly type: string
  /** By partition, the first offset that was read, and the one after the last. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>
  /** Nothing is missing from this event time on (epoch ms); null where nothing was lost, or it cannot be told. */
  readonly completeFrom: number | null
  /** Of the records' values, partition by partition. */
  readonly sha256: string
}

const ROWS_PER_NOTE = 100_000

/**
 * Reads clean topics into the tables of their events; they are clean already. Answers what was read. Throws what the log
 * throws.
 */
export async function readTopics(
  log: EventLog,
  inputs: readonly InputTopic[],
  tables: ReadonlyMap<string, EventTable>,
  onRows: OnRows,
): Promise<readonly DigestedTopic[]> {
  const digested: DigestedTopic[] = []
  for (const input of inputs) digested.push(await readTopic(log, input, tables.get(input.type.name)!, onRows))
  return digested
}

async function readTopic(
  log: EventLog,
  { topic, type, ranges }: InputTopic,
  table: EventTable,
  onRows: OnRows,
): Promise<DigestedTopic> {
  const hashes = new Map([...ranges.keys()].toSorted((a, b) => a - b).map(p => [p, createHash('sha256')]))
  const completeness = new Completeness(ranges)
  let rows = 0
  for await (const { partition, record, value } of log.cleanEvents(type, ranges)) {
    hashes.get(partition)!.update(value)
    completeness.note(partition, record.event[type.eventTime] as number)
    table.addClean(record.event, tieOf(partition, record.origin))
    if (++rows % ROWS_PER_NOTE === 0) onRows(ROWS_PER_NOTE)
  }
  onRows(rows % ROWS_PER_NOTE)
  const whole = createHash('sha256')
  for (const hash of hashes.values()) whole.update(hash.digest())
  return {
    topic,
    type: type.name,
    ranges: rangesJson(ranges),
    completeFrom: Number.isFinite(completeness.from) ? completeness.from : null,
    sha256: whole.digest('hex'),
  }
}

/** Ranges as they stand in files. */
export function rangesJson(ranges: ScanRanges): DigestedTopic['ranges'] {
  return Object.fromEntries(
    [...ranges].map(([partition, { low, high }]) => [partition, [low, high] as const]),
  )
}
