import { MillraceError } from '@millrace/core'
import { scanRanges } from '@millrace/platform'
import { archivePrefix, parseArchiveFileName, type Storage } from '@millrace/platform/offline'
import type { ArchiveLog } from './archive-log.ts'
import { archivePartition, type Stretch } from './archive-partition.ts'
import type { ArchivedTopic } from './archived-topic.ts'
import { type Position, readPosition, writePosition } from './position.ts'
import type { ArchiveSummary } from './summary.ts'

export interface ArchiveOptions {
  readonly log: ArchiveLog
  readonly storage: Storage
  readonly sources: readonly ArchivedTopic[]
  /** Records of one partition that go into the same files at the most. */
  readonly rowsPerFile: number
  readonly summary: ArchiveSummary
  /** Ends the run early; the next one goes on. */
  readonly signal?: AbortSignal
}

/**
 * Archives what came into the topics since the last run, up to their ends as of now. Throws HISTORY_LOST when a topic
 * does not hold what comes next, INPUT_INVALID when the place does not say what does, and what the log, its values and
 * the storage throw.
 */
export async function runArchive({ sources, ...options }: ArchiveOptions): Promise<void> {
  for (const source of sources) {
    if (options.signal?.aborted) return
    await archiveTopic(source, options)
  }
}

async function archiveTopic(
  source: ArchivedTopic,
  { log, storage, rowsPerFile, summary, signal }: Omit<ArchiveOptions, 'sources'>,
): Promise<void> {
  const stretches = await readStretches(storage, source)
  const positions = await positionsOf(source, log, storage, stretches)
  const from = new Map([...positions].map(([partition, { next }]) => [partition, next]))
  const ranges = await scanRanges(log, source.topic, from)
  for (const [partition, position] of positions) {
    const unfinished = (stretches.get(partition) ?? []).filter(({ first }) => first >= position.next)
    const range = ranges.get(partition)!
    const tally = summary.tallyOf(source.kind)
    const work = { position, range, unfinished, rowsPerFile }
    await archivePartition({ log, storage, source, partition, ...work, tally, signal })
  }
}

type Stretches = ReadonlyMap<number, readonly Stretch[]>

/** The stretches of each partition of which there are files, each once for a file, in their order. */
async function readStretches(storage: Storage, { kind, topic }: ArchivedTopic): Promise<Stretches> {
  const stored = await storage.list(archivePrefix(kind))
  const files = stored.flatMap(({ name }) => parseArchiveFileName(name) ?? [])
  const ours = files.filter(file => file.topic === topic).toSorted((a, b) => a.first - b.first)
  return Map.groupBy(ours, file => file.partition)
}

/** Where each partition goes on. One that was never archived begins with what it holds, which is recorded first. */
async function positionsOf(
  { topic }: ArchivedTopic,
  log: ArchiveLog,
  storage: Storage,
  stretches: Stretches,
): Promise<ReadonlyMap<number, Position>> {
  const positions = new Map<number, Position>()
  const held = [...(await log.offsets(topic))].toSorted(([a], [b]) => a - b)
  for (const [partition, { low }] of held) {
    const known = await readPosition(storage, topic, partition)
    if (known === undefined && stretches.has(partition)) throw positionMissing(storage, topic, partition)
    positions.set(partition, known ?? { next: low, parents: {} })
    if (known === undefined) await writePosition(storage, topic, partition, positions.get(partition)!)
  }
  return positions
}

function positionMissing({ place }: Storage, topic: string, partition: number): MillraceError {
  return new MillraceError(
    'INPUT_INVALID',
    `${place} has files of partition ${partition} of ${topic}, but its folder _positions does not say how far it is archived: restore it, or archive to another place.`,
    { details: { topic, partition } },
  )
}
