import { MillraceError, NO_WRITE } from '@millrace/core'
import type { CommittedOffsets, OffsetRange, TopicReader } from '../kafka/topic-reader.ts'
import type { PartitionTask } from './partition-task.ts'

export interface StageHistoryOptions {
  readonly topicReader: TopicReader
  readonly groupId: string
  /** Topic of each input, in their order. */
  readonly topics: readonly string[]
  /** Nothing is stored of a partition that the group had read: it starts at these offsets of the topics. */
  readonly onRebuild: (partition: number, from: readonly number[]) => void
}

type Task = Pick<PartitionTask<unknown, unknown>, 'partition' | 'pair' | 'cursor'>

/** Compares where tasks stand with what the log holds: what the log has lost must not be skipped unseen. */
export class StageHistory {
  readonly #options: StageHistoryOptions

  constructor(options: StageHistoryOptions) {
    this.#options = options
  }

  /**
   * Answers, for each task just loaded, the lowest offsets that the log holds of its inputs. Throws HISTORY_LOST for a
   * checkpoint that stands outside of them, and BROKER_UNAVAILABLE.
   */
  async check(tasks: readonly Task[]): Promise<readonly (readonly number[])[]> {
    const { topicReader, topics } = this.#options
    const ranges: ReadonlyMap<number, OffsetRange>[] = []
    for (const topic of topics) ranges.push(await topicReader.offsets(topic))
    const fresh = tasks.filter(({ pair }) => pair.sequence === NO_WRITE.sequence)
    for (const task of tasks) if (!fresh.includes(task)) this.#checkRanges(task, ranges)
    const lowsOf = ({ partition }: Task): number[] => ranges.map(range => range.get(partition)?.low ?? 0)
    await this.#tellRebuilds(fresh, lowsOf)
    return tasks.map(lowsOf)
  }

  #checkRanges(task: Task, ranges: readonly ReadonlyMap<number, OffsetRange>[]): void {
    for (const [input, topic] of this.#options.topics.entries()) {
      const range = ranges[input]!.get(task.partition)
      const wanted = task.cursor(input)
      if (range === undefined || (wanted >= range.low && wanted <= range.high)) continue
      throw new MillraceError(
        'HISTORY_LOST',
        `Partition ${task.partition} of ${topic} holds offsets ${range.low} to ${range.high}, the checkpoint stands at ${wanted}: the topic was shortened or made anew. Restore it, or start the pipeline under a new version.`,
        { details: { ...range, topic, wanted } },
      )
    }
  }

  /** A store that was emptied is not one that was never written: what the group committed tells them apart. */
  async #tellRebuilds(fresh: readonly Task[], lowsOf: (task: Task) => readonly number[]): Promise<void> {
    const { topicReader, groupId, topics, onRebuild } = this.#options
    if (fresh.length === 0) return
    const committed = await topicReader.committed(groupId, topics)
    for (const task of fresh)
      if (hasRead(committed, topics, task.partition)) onRebuild(task.partition, lowsOf(task))
  }
}

function hasRead(committed: CommittedOffsets, topics: readonly string[], partition: number): boolean {
  return topics.some(topic => (committed.get(topic)?.get(partition) ?? 0) > 0)
}
