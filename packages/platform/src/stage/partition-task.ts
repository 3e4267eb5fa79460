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
import { type CachedState, StateCache } from './state-cache.ts'

export interface PartitionTaskOptions<V, S> {
  readonly stage: Stage<V, S>
  readonly partition: number
  readonly inputs: number
  readonly order: StageOrder
  readonly store: StateStore
  /** The version of the pipeline that decides on the records of a raw partition of which nothing is stored. */
  readonly servedAtFirst?: number | undefined
  /** Makes the random id of a write. */
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
  /**
   * The states kept in memory, null where one was erased, so that what is still stored is not read again. Those that
   * were changed and not written must not be forgotten.
   */
  readonly states = new StateCache<S | null>()
  /** What became of the records handled. */
  readonly counts: RecordCounts
  /** Those that were changed and not written. */
  #changed: CachedState<S | null>[] = []
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
      const { eventTime, parent, value, servedBy } = decoded[i]!
      const offset = positionOf(epoch, messages[i]!.offset)
      this.#merge.offer({ input, offset, eventTime, parent, value, servedBy } as StageRecord<V>)
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
    const { stage } = this.#options
    const used = this.states.use(records.map(stage.keyOf))
    if (!(await this.#readMissing(used))) return 'refused'
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
      const entry = used[i]
      const known = entry === undefined ? undefined : this.#unpack(entry)
      const record = records[i]!
      outcome = 'ok'
      const state = stage.step(known, record, context)
      this.counts.add(record.input, outcome)
      if (entry !== undefined && state !== undefined) this.#change(entry, state)
    }
    for (const entry of used) if (entry?.changes === 1 && !entry.isBusy) this.#pack(entry)
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
    const states = new Map<string, Uint8Array | null>()
    for (const entry of this.#changed) states.set(entry.key, this.#encode(entry))
    const pair = await store.write(this.partition, {
      follows: this.#pair,
      id: newId(),
      checkpoint: encodeCheckpoint({ ...progress, logs: this.#logs.identities(progress.positions) }),
      watermark: progress.watermark,
      states,
    })
    if (pair === 'refused') return 'refused'
    this.#pair = pair
    this.#unwritten = false
    this.#isUnidentified = false
    this.#storedWatermark = progress.watermark
    this.#storedPositions = progress.positions
    this.#changed = []
    return 'written'
  }

  /** The state of an entry for the step. */
  #unpack(entry: CachedState<S | null>): S | undefined {
    if (entry.packed !== undefined) {
      entry.state = this.#options.stage.codec.decode(entry.packed)
      entry.packed = undefined
    }
    return entry.state ?? undefined
  }

  #change(entry: CachedState<S | null>, state: S | null): void {
    entry.state = state
    entry.changes++
    if (entry.changes === 1) this.#changed.push(entry)
    else entry.isBusy = true
  }

  /**
   * Keeps only the encoding of a state, which is wanted for the write anyway. Most states of a stage with many entities
   * have one event between two writes: as objects they would live until then, and the garbage collector copies what
   * lives.
   */
  #pack(entry: CachedState<S | null>): void {
    const { codec, statePerRecord } = this.#options.stage
    if (statePerRecord || entry.state === null || entry.state === undefined) return
    entry.packed = codec.encode(entry.state)
    entry.state = undefined
    this.states.measure(entry, entry.packed.length)
  }

  /** What is to be stored of a changed entry, null when it is to be erased. */
  #encode(entry: CachedState<S | null>): Uint8Array | null {
    const { state, packed, changes } = entry
    entry.isBusy = changes > 1
    entry.changes = 0
    if (packed !== undefined) return packed
    const encoded = state === null ? null : this.#options.stage.codec.encode(state!)
    this.states.measure(entry, encoded?.length ?? 0)
    return encoded
  }

  async #readMissing(used: readonly (CachedState<S | null> | undefined)[]): Promise<boolean> {
    const missing = used.filter(entry => entry?.isMissing === true) as CachedState<S | null>[]
    if (missing.length === 0) return true
    const { stage, store } = this.#options
    const keys = missing.map(({ key }) => key)
    const values = await store.read(this.partition, this.#pair, keys)
    if (values === 'refused') return false
    missing.forEach((entry, i) => {
      const bytes = values[i]
      entry.isMissing = false
      if (bytes === undefined) return
      entry.state = stage.codec.decode(bytes)
      this.states.measure(entry, bytes.length)
    })
    return true
  }
}
