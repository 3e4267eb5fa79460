import { justBehind } from '@millrace/core'
import { readErase, type ScannedRecords, type ScanRanges } from '@millrace/platform'

/** That a view was made to forget an entity. */
export interface Erasure {
  readonly entity: string
  /** Between two event times (epoch ms): the events before it are forgotten. */
  readonly time: number
}

/** A topic into the stage of a view. */
export interface ErasureSource {
  readonly ranges: ScanRanges
  readonly scan: (ranges: ScanRanges) => AsyncIterable<ScannedRecords>
  /** Event times of records that have values (epoch ms), in their order. */
  readonly timesOf: (records: ScannedRecords['records']) => Promise<readonly number[]>
}

/** A request by command, which tells no time. */
interface Command {
  readonly partition: number
  readonly offset: number
  readonly entity: string
}

/**
 * Finds what made `view` forget its entities. A tombstone tells its time. A request by command is carried out as soon as it
 * is read: just behind the newest event before it in its partition, for which those are read as well. Throws
 * RECORD_UNREADABLE, and what scanning and reading the times throw.
 */
export async function findErasures(view: string, source: ErasureSource): Promise<readonly Erasure[]> {
  const erasures: Erasure[] = []
  const commands: Command[] = []
  for await (const { partition, records } of source.scan(source.ranges)) {
    for (const record of records) {
      if (record.value !== null) continue
      const { entity, views, eventTime } = readErase(record)
      if (!views.includes(view)) continue
      if (eventTime !== undefined) erasures.push({ entity, time: eventTime })
      else commands.push({ partition, offset: record.offset, entity })
    }
  }
  return [...erasures, ...(await timed(commands, source))]
}

/** Nothing comes of a request with no event before it. */
async function timed(
  commands: readonly Command[],
  { ranges, scan, timesOf }: ErasureSource,
): Promise<readonly Erasure[]> {
  const erasures: Erasure[] = []
  const waiting = Map.groupBy(commands, ({ partition }) => partition)
  const newest = new Map<number, number>()
  const settle = (partition: number, offset: number): void => {
    const list = waiting.get(partition)!
    const time = newest.get(partition)
    while (list.length > 0 && list[0]!.offset < offset) {
      const { entity } = list.shift()!
      if (time !== undefined) erasures.push({ entity, time: justBehind(time) })
    }
  }
  const before = [...waiting].map(([partition, list]) => {
    return [partition, { low: ranges.get(partition)!.low, high: list.at(-1)!.offset }] as const
  })
  for await (const { partition, records } of scan(new Map(before))) {
    const events = records.filter(({ value }) => value !== null)
    const times = await timesOf(events)
    for (const [i, { offset }] of events.entries()) {
      settle(partition, offset)
      newest.set(partition, Math.max(times[i]!, newest.get(partition) ?? Number.NEGATIVE_INFINITY))
    }
  }
  for (const partition of waiting.keys()) settle(partition, Number.POSITIVE_INFINITY)
  return erasures
}
