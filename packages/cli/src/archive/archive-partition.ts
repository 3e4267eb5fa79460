import { MillraceError } from '@millrace/core'
import type { ScannedRecords } from '@millrace/platform'
import type { Storage } from '@millrace/platform/offline'
import type { ArchiveLog, HeldOffsets } from './archive-log.ts'
import type { ArchivedTopic } from './archived-topic.ts'
import { Flush } from './flush.ts'
import { HighestParents, type Position, writePosition } from './position.ts'
import type { ArchiveTally } from './summary.ts'

/** Offsets whose rows go into the same files, both inclusive. */
export interface Stretch {
  readonly first: number
  readonly last: number
}

export interface PartitionTask {
  readonly log: ArchiveLog
  readonly storage: Storage
  readonly source: ArchivedTopic
  readonly partition: number
  readonly position: Position
  /** What is read: from the position to the end as of the start. */
  readonly range: HeldOffsets
  /** The stretches from the position on of which there are files, in their order. */
  readonly unfinished: readonly Stretch[]
  /** Records of one stretch at the most. */
  readonly rowsPerFile: number
  readonly tally: ArchiveTally
  /** Ends the work early; the stretch that is being read is left to the next run. */
  readonly signal: AbortSignal | undefined
}

/**
 * Archives one partition, a stretch of offsets after the other, so that a run that ends anywhere leaves neither a hole
 * nor a double:
 * 1. The files of a stretch are written first, and the position (the offset behind it, and the highest parents up to
 *    there) when all of them are. What is below the position is thus whole.
 * 2. Files from the position on are of a stretch whose run ended before its position was written. Their names tell its
 *    bounds, and the next run does it again with the same: the same records less the same repeats fall on the same days,
 *    so each file takes the place of itself, and those that were missing are added.
 */
export async function archivePartition(task: PartitionTask): Promise<void> {
  const { log, source, partition, range, unfinished, signal } = task
  const furthest = unfinished.at(-1)?.last ?? -1
  if (furthest >= range.high) throw lost(task, furthest)
  if (range.low === range.high) return
  const writer = new StretchWriter(task)
  for await (const batch of log.scan(source.topic, new Map([[partition, range]]))) {
    if (signal?.aborted) return
    await writer.take(batch)
  }
  await writer.finish()
}

class StretchWriter {
  readonly #task: PartitionTask
  readonly #parents: HighestParents
  #flush: Flush
  /** Where the stretch ends because an earlier run has set it; else it ends when it is full. */
  #fixedLast: number | undefined

  constructor(task: PartitionTask) {
    this.#task = task
    this.#parents = new HighestParents(task.position.parents)
    this.#flush = this.#begin(task.range.low)
  }

  async take({ records, next }: Pick<ScannedRecords, 'records' | 'next'>): Promise<void> {
    const { source, rowsPerFile, tally } = this.#task
    const valued = records.flatMap(({ offset, value }) => (value === null ? [] : [{ offset, value }]))
    const decoded = await source.decode(valued.map(({ value }) => value))
    for (const [i, { offset }] of valued.entries()) {
      await this.#reach(offset)
      if (this.#fixedLast === undefined && this.#flush.records >= rowsPerFile) await this.#end(offset - 1)
      this.#flush.records++
      const record = decoded[i]!
      const { version, parent } = record
      if (parent === undefined || this.#parents.takes(version, parent)) this.#flush.add(record)
      else tally.repeat()
    }
    await this.#reach(next)
  }

  async finish(): Promise<void> {
    const { high } = this.#task.range
    await this.#reach(high)
    if (this.#flush.first < high) await this.#end(high - 1)
  }

  /** Ends the stretches that were to end before an offset. */
  async #reach(offset: number): Promise<void> {
    while (this.#fixedLast !== undefined && this.#fixedLast < offset) await this.#end(this.#fixedLast)
  }

  /** Writes the stretch up to an offset, and begins the next one behind it. */
  async #end(last: number): Promise<void> {
    const { storage, source, partition, tally } = this.#task
    for (const { name, bytes } of this.#flush.files(last)) {
      await storage.write(name, bytes)
      tally.file()
    }
    tally.rows(this.#flush)
    const position = { next: last + 1, parents: this.#parents.highest }
    await writePosition(storage, source.topic, partition, position)
    this.#flush = this.#begin(last + 1)
  }

  /** Begins a stretch as the run before did; one of repeats alone has left no file, and ends before the next that has. */
  #begin(first: number): Flush {
    const { source, partition, unfinished } = this.#task
    const known = unfinished.find(stretch => stretch.first >= first)
    this.#fixedLast = known?.first === first ? known.last : known && known.first - 1
    return new Flush(source, partition, first)
  }
}

function lost({ source, partition, storage }: PartitionTask, offset: number): MillraceError {
  return new MillraceError(
    'HISTORY_LOST',
    `Partition ${partition} of ${source.topic} ends before offset ${offset}, of which ${storage.place} has rows already: the topic was shortened or made anew. Archive it to another place.`,
    { details: { topic: source.topic, partition, offset } },
  )
}
