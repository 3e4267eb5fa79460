import {
  type Checkpoint,
  decodeCheckpoint,
  emptyCheckpoint,
  encodeCheckpoint,
  epochOf,
  InputMerge,
  type LogIdentity,
  positionOf,
  type RecordOutcome,
  type Stage,
  type StageOrder,
  type StageOutput,
  type StageRecord,
  type StateStore,
  type StepContext,
  type TakenRecord,
  type WritePair,
} from '@millrace/core'
import type { LogStart } from './log-start.ts'
import { ReadLogs } from './read-logs.ts'
import { RecordCounts } from './record-counts.ts'
import type { Decoded, RawMessage } from './stage-input.ts'
import { ClaimedStates, isClaiming } from './states/claimed-states.ts'
import { KeptStates } from './states/kept-states.ts'
import type { StateCache } from './states/state-cache.ts'
import type { TaskStates } from './states/task-states.ts'

export interface PartitionTaskOptions<V, S> {
  readonly stage: Stage<V, S>
  readonly partition: number
  readonly inputs: number
  readonly order: StageOrder
  readonly store: StateStore
  /** The version of the pipeline that decides on the records of a raw partition of which nothing is stored. */
  readonly servedAtFirst?: number | undefined
  /** Makes the random id of a write or a put. */
  readonly newId: () => string
}

/**
 * One stage partition in the hands of one owner. It takes records in, hands them to the stage in their order, and
 * writes states and checkpoint as one. Once `refused`, another write came in between (another owner, or a Redis that
 * lost its last writes): nothing in memory is true any more, and the task is to be loaded anew.
 */
export class PartitionTask<V, S> {
  readonly partition: number
  readonly #options: PartitionTaskOptions<V, S>
  readonly #merge: InputMerge<V>
  readonly #logs: ReadLogs
  /** What became of the records handled. */
  readonly counts: RecordCounts
  readonly #states: TaskStates<V, S>
  #pair: WritePair
  #unwritten: boolean
  /** A log is another one than is stored: a parent must not name it before it is. */
  #isUnidentified = false
  #storedWatermark: number
  #storedPositions: readonly number[]

  private constructor(options: PartitionTaskOptions<V, S>, from: Checkpoint, pair: WritePair) {
    const merge = new InputMerge<V>(options.order, from)
    this.partition = options.partition
    this.#options = options
    this.#merge = merge
    this.counts = new RecordCounts(options.inputs)
    this.#logs = new ReadLogs(from.logs)
    const { stage, store, partition, newId } = options
    this.#states = isClaiming(stage)
      ? new ClaimedStates(stage, store, partition, newId)
      : new KeptStates(stage, store, partition)
    this.#pair = pair
    this.#unwritten = false
    this.#storedWatermark = from.watermark
    this.#storedPositions = merge.positions()
  }

  /** Takes over a partition at the stored checkpoint. Throws STORE_UNAVAILABLE. */
  static async load<V, S>(options: PartitionTaskOptions<V, S>): Promise<PartitionTask<V, S>> {
    const { pair, checkpoint, watermark } = await options.store.load(options.partition)
    const { inputs, servedAtFirst } = options
    const stored =
      checkpoint === undefined ? emptyCheckpoint(inputs) : decodeCheckpoint(checkpoint, watermark)
    return new PartitionTask(options, { ...stored, servedBy: stored.servedBy ?? servedAtFirst }, pair)
  }

  /** Records taken in and not yet handled. */
  get waiting(): number {
    return this.#merge.waiting
  }

  /** The states kept in memory; undefined where the stage keeps none. */
  get cache(): StateCache<S> | undefined {
    return this.#states.cache
  }

  /** Repeats of records handled before that were skipped. */
  get repeats(): number {
    return this.#merge.repeats
  }

  get watermark(): number {
    return this.#storedWatermark
  }

  get pair(): WritePair {
    return this.#pair
  }

  /** Per input, the lowest position that is not handled, as stored. */
  get positions(): readonly number[] {
    return this.#storedPositions
  }

  /** The next position wanted of an input. */
  cursor(input: number): number {
    return this.#merge.cursor(input)
  }

  /** Nothing may be handled before the next write: what is stored knows nothing of the log that is read now. */
  get isUnidentified(): boolean {
    return this.#isUnidentified
  }

  /** The log that an input was read from. */
  log(input: number): LogIdentity {
    return this.#logs.identity(input)
  }

  /** Begins to read each input where its log says so. */
  startAt(starts: readonly LogStart[]): void {
    for (const [input, { position, topicId, isAnew }] of starts.entries()) {
      if (isAnew) this.#merge.startAnew(input, position)
      else this.#merge.startAt(input, position)
      if (topicId !== this.#logs.identity(input).topicId) this.#isUnidentified = true
      this.#logs.begin(input, topicId, isAnew)
    }
    this.#storedPositions = this.#merge.positions()
  }

  /** Takes in messages of an input, in the order of their offsets. */
  offer(input: number, messages: readonly RawMessage[], decoded: readonly Decoded<V>[]): void {
    const last = messages.at(-1)
    if (last === undefined) return
    const epoch = epochOf(this.#merge.cursor(input))
    for (let i = 0; i < messages.length; i++) {
      const { eventTime, lateByMs, parent, value, servedBy } = decoded[i]!
      const offset = positionOf(epoch, messages[i]!.offset)
      this.#merge.offer({ input, offset, eventTime, lateByMs, parent, value, servedBy } as StageRecord<V>)
    }
    this.#logs.note(input, positionOf(epoch, last.offset), last)
    this.#unwritten = true
  }

  /** The next records whose turn is at or before `limit` (epoch ms), at most `most`. */
  take(limit: number, most: number): TakenRecord<V>[] {
    const records: TakenRecord<V>[] = []
    const waiting = this.#merge.waiting
    while (records.length < most) {
      const record = this.#merge.take(limit)
      if (record === undefined) break
      records.push(record)
    }
    if (this.#merge.waiting < waiting) this.#unwritten = true
    return records
  }

  /** Runs the step on each record and answers the outputs in order, or `refused`. */
  async handle(records: readonly TakenRecord<V>[]): Promise<readonly StageOutput[] | 'refused'> {
    const states = this.#states
    const pair = await states.fetch(records, this.#pair)
    if (pair === 'refused') return 'refused'
    this.#pair = pair
    const { stage } = this.#options
    const outputs: StageOutput[] = []
    let outcome: RecordOutcome = 'ok'
    const context: StepContext = {
      partition: this.partition,
      emit: output => void outputs.push(output),
      tell(told) {
        outcome = told
      },
    }
    for (let i = 0; i < records.length; i++) {
      const record = records[i]!
      outcome = 'ok'
      const state = stage.step(states.get(i), record, context)
      this.counts.add(record.input, outcome)
      if (state !== undefined) states.put(i, state)
    }
    states.endRound()
    return outputs
  }

  /**
   * Writes every changed state and the checkpoint as one; to be called when all outputs are acknowledged.
   * @param upstream lowest watermark of the upstream partitions (epoch ms), undefined for raw inputs
   */
  async write(upstream: number | undefined): Promise<'written' | 'refused'> {
    const progress = this.#merge.progress(upstream)
    if (!this.#unwritten && !this.#isUnidentified && progress.watermark === this.#storedWatermark)
      return 'written'
    const { store, newId } = this.#options
    const pair = await store.write(this.partition, {
      follows: this.#pair,
      id: newId(),
      checkpoint: encodeCheckpoint({ ...progress, logs: this.#logs.identities(progress.positions) }),
      watermark: progress.watermark,
      states: this.#states.takeChanged(),
    })
    if (pair === 'refused') return 'refused'
    this.#pair = pair
    this.#unwritten = false
    this.#isUnidentified = false
    this.#storedWatermark = progress.watermark
    this.#storedPositions = progress.positions
    return 'written'
  }
}
