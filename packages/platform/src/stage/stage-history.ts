import { type LogMark, MillraceError, NO_WRITE, offsetOf } from '@millrace/core'
import type { FetchCluster, LogPosition } from '../kafka/fetch/fetch-source.ts'
import { readRecords } from '../kafka/fetch/read-records.ts'
import type { CommittedOffsets, OffsetRange, TopicReader } from '../kafka/topic-reader.ts'
import { type LogStart, startOf } from './log-start.ts'
import type { PartitionTask } from './partition-task.ts'
import { markOf } from './read-logs.ts'
import type { TopicIds, TopicWatch } from './topic-watch.ts'

export interface StageHistoryOptions {
  readonly cluster: Pick<FetchCluster, 'leaderOf' | 'send'>
  readonly topicReader: TopicReader
  readonly groupId: string
  /** Topic of each input, in their order. */
  readonly topics: readonly string[]
  /** Nothing is stored of a partition that the group had read: it starts at these offsets of the topics. */
  readonly onRebuild: (partition: number, from: readonly number[]) => void
  /** A topic was made anew: this partition of it is handled from this offset on. */
  readonly onNewEpoch: (topic: string, partition: number, from: number) => void
}

type Task = Pick<PartitionTask<unknown, unknown>, 'partition' | 'pair' | 'cursor' | 'log'>

/** Topics, as one look finds them. */
interface Logs {
  readonly ids: TopicIds
  /** Per input. */
  readonly ranges: readonly ReadonlyMap<number, OffsetRange>[]
  /** Records that stand where a task has marked one, by `topic/partition`. */
  readonly marks: ReadonlyMap<string, LogMark | undefined>
}

/** Compares where tasks stand with what the log holds: what the log has lost must not be skipped unseen. */
export class StageHistory {
  readonly #options: StageHistoryOptions
  readonly #watch: TopicWatch

  constructor(options: StageHistoryOptions, watch: TopicWatch) {
    this.#options = options
    this.#watch = watch
  }

  /**
   * Answers where each task just loaded begins to read its inputs. Throws HISTORY_LOST, PARTITIONS_CHANGED and
   * BROKER_UNAVAILABLE.
   */
  async check(tasks: readonly Task[]): Promise<readonly (readonly LogStart[])[]> {
    const logs = await this.#lookAt(tasks)
    const fresh = tasks.filter(isFresh)
    const starts = tasks.map(task => this.#startsOf(task, logs))
    await this.#tellRebuilds(fresh, task => starts[tasks.indexOf(task)]!.map(({ position }) => position))
    for (const [i, { partition }] of tasks.entries()) this.#tellNewEpochs(partition, starts[i]!)
    return starts
  }

  /** Throws BROKER_UNAVAILABLE when a topic was made anew between two of the questions. */
  async #lookAt(tasks: readonly Task[]): Promise<Logs> {
    const { topicReader, topics } = this.#options
    const ids = await this.#watch.lookAtAll()
    const ranges: ReadonlyMap<number, OffsetRange>[] = []
    for (const topic of topics) ranges.push(await topicReader.offsets(topic))
    const marks = await this.#readMarks(tasks, ranges)
    const after = await this.#watch.lookAtAll()
    if (topics.some(topic => ids.get(topic) !== after.get(topic)))
      throw new MillraceError('BROKER_UNAVAILABLE', 'A topic was made anew at this moment.')
    return { ids, ranges, marks }
  }

  async #readMarks(tasks: readonly Task[], ranges: Logs['ranges']): Promise<Logs['marks']> {
    const { cluster, topics } = this.#options
    const places = tasks.flatMap(task =>
      topics.flatMap((topic, input): LogPosition[] => {
        const offset = task.log(input).mark?.offset
        const range = ranges[input]!.get(task.partition)
        const isHeld =
          offset !== undefined && range !== undefined && offset >= range.low && offset < range.high
        return isHeld ? [{ topic, partition: task.partition, offset }] : []
      }),
    )
    const found = await readRecords(cluster, places)
    return new Map(
      found.map(({ topic, partition, record }) => [`${topic}/${partition}`, record && markOf(record)]),
    )
  }

  #startsOf(task: Task, { ids, ranges, marks }: Logs): readonly LogStart[] {
    return this.#options.topics.map((topic, input) => {
      const { partition } = task
      const { low, high } = ranges[input]!.get(partition) ?? { low: 0, high: Number.POSITIVE_INFINITY }
      const topicId = ids.get(topic)
      if (isFresh(task)) return { position: low, topicId, isAnew: false }
      const atMark = marks.get(`${topic}/${partition}`)
      const known = { position: task.cursor(input), log: task.log(input) }
      return startOf(known, { topic, partition, topicId, low, high, atMark })
    })
  }

  #tellNewEpochs(partition: number, starts: readonly LogStart[]): void {
    for (const [input, { isAnew, position }] of starts.entries()) {
      if (isAnew) this.#options.onNewEpoch(this.#options.topics[input]!, partition, offsetOf(position))
    }
  }

  /** A store that was emptied is not one that was never written: what the group committed tells them apart. */
  async #tellRebuilds(fresh: readonly Task[], fromOf: (task: Task) => readonly number[]): Promise<void> {
    const { topicReader, groupId, topics, onRebuild } = this.#options
    if (fresh.length === 0) return
    const committed = await topicReader.committed(groupId, topics)
    for (const task of fresh)
      if (hasRead(committed, topics, task.partition)) onRebuild(task.partition, fromOf(task))
  }
}

function isFresh({ pair }: Pick<Task, 'pair'>): boolean {
  return pair.sequence === NO_WRITE.sequence
}

function hasRead(committed: CommittedOffsets, topics: readonly string[], partition: number): boolean {
  return topics.some(topic => (committed.get(topic)?.get(partition) ?? 0) > 0)
}
