import { Queue } from '../queue.ts'
import { inputOfQueue, type Progress, pairKey, queueKey } from './checkpoint.ts'
import type { StageOrder, StageRecord, TakenRecord } from './stage-record.ts'

interface Source<V> {
  readonly key: number
  readonly input: number
  readonly queue: Queue<StageRecord<V>>
}

/**
 * Brings the inputs of one stage partition into one order and removes the repeats that a crash upstream left.
 * Records of one upstream partition are never reordered: under `strict` order the heads are merged by the time at which
 * they are due, which is that of the event, or the later one at which it took its turn in the stage before (a record out of
 * order takes the latest time seen), ties by input, then by upstream partition and parent offset. By its own time alone a
 * late record would come before what this stage has handled already, or, after a crash, behind it.
 */
export class InputMerge<V> {
  readonly #order: StageOrder
  readonly #sources = new Map<number, Source<V>>()
  /** Under `arrival` order, the source of each waiting record, as they came. */
  readonly #arrived = new Queue<Source<V>>()
  /** Per input, the position after the last record offered. */
  readonly #cursors: number[]
  /** Per pair, the highest parent offset offered; those at or below it are repeats. */
  readonly #offered: Map<number, number>
  readonly #handled: Map<number, number>
  readonly #latest: Map<number, number>
  #watermark: number
  #servedBy: number | undefined
  #waiting = 0
  #repeats = 0

  constructor(order: StageOrder, from: Progress) {
    this.#order = order
    this.#cursors = [...from.positions]
    this.#offered = new Map(from.highest)
    this.#handled = new Map(from.highest)
    this.#latest = new Map(from.latest)
    this.#watermark = from.watermark
    this.#servedBy = from.servedBy
  }

  /** Records offered and not yet taken. */
  get waiting(): number {
    return this.#waiting
  }

  /** Repeats removed so far. */
  get repeats(): number {
    return this.#repeats
  }

  /** The next position to be offered for an input. */
  cursor(input: number): number {
    return this.#cursors[input]!
  }

  /** The log holds nothing of an input before this position: that is where it begins, unless it is further already. */
  startAt(input: number, position: number): void {
    this.#cursors[input] = Math.max(this.#cursors[input]!, position)
  }

  /** Another log begins at this position: how late its records are does not depend on those of the one before. */
  startAnew(input: number, position: number): void {
    this.startAt(input, position)
    for (const key of this.#latest.keys()) if (inputOfQueue(key) === input) this.#latest.delete(key)
  }

  /** Takes in a record of an input, in the order of its positions. */
  offer(record: StageRecord<V>): void {
    const { input, offset, parent } = record
    if (offset < this.#cursors[input]!) return
    this.#cursors[input] = offset + 1
    const pair = pairKey(input, parent)
    const parentOffset = parent?.offset ?? offset
    if (parentOffset <= (this.#offered.get(pair) ?? -1)) {
      this.#repeats++
      return
    }
    this.#offered.set(pair, parentOffset)
    const source = this.#sourceOf(record)
    source.queue.push(record)
    if (this.#order === 'arrival') this.#arrived.push(source)
    this.#waiting++
  }

  /** The next record in order whose turn is at or before `limit` (epoch ms), or undefined. */
  take(limit: number): TakenRecord<V> | undefined {
    for (;;) {
      const source = this.#next()
      if (source === undefined) return undefined
      const record = source.queue.first!
      if (this.#order === 'strict' && record.value !== undefined && this.#turn(source) > limit)
        return undefined
      source.queue.shift()
      this.#arrived.shift()
      this.#waiting--
      const lateByMs = this.#markHandled(record)
      if (record.value !== undefined) return takenOf(record, record.value, lateByMs, this.#servedBy)
      this.#watermark = Math.max(this.#watermark, record.eventTime - 1)
      this.#servedBy = record.servedBy ?? this.#servedBy
    }
  }

  /** Turn of the next record (epoch ms), undefined when none waits. */
  nextTurn(): number | undefined {
    const source = this.#next()
    return source === undefined ? undefined : this.#turn(source)
  }

  /**
   * What is to be stored after the records taken so far.
   * @param upstream lowest watermark of the upstream partitions (epoch ms); undefined where there are none
   */
  progress(upstream: number | undefined): Progress {
    this.#watermark = Math.max(
      this.#watermark,
      upstream === undefined ? this.#rawWatermark() : this.#stageWatermark(upstream),
    )
    return {
      positions: this.positions(),
      highest: this.#handled,
      latest: this.#latest,
      watermark: this.#watermark,
      servedBy: this.#servedBy,
    }
  }

  /** Per input, the lowest position that is not handled. */
  positions(): readonly number[] {
    return this.#cursors.map((cursor, input) => this.#lowestWaiting(input) ?? cursor)
  }

  /** A raw partition is complete up to just before its next event, or its last one while the next is not known. */
  #rawWatermark(): number {
    return (this.nextTurn() ?? Math.max(-Infinity, ...this.#latest.values())) - 1
  }

  #stageWatermark(upstream: number): number {
    const next = this.nextTurn()
    return next === undefined ? upstream : Math.min(upstream, next - 1)
  }

  #markHandled(record: StageRecord<V>): number {
    const { input, offset, parent, eventTime } = record
    this.#handled.set(pairKey(input, parent), parent?.offset ?? offset)
    const key = queueKey(input, parent)
    const turn = this.#turnOf(key, record)
    if (Number.isFinite(turn)) this.#latest.set(key, turn)
    return turn === eventTime ? 0 : turn - eventTime
  }

  #sourceOf({ input, parent }: StageRecord<V>): Source<V> {
    const key = this.#order === 'strict' ? queueKey(input, parent) : input
    const known = this.#sources.get(key)
    if (known !== undefined) return known
    const source = { key, input, queue: new Queue<StageRecord<V>>() }
    this.#sources.set(key, source)
    return source
  }

  #next(): Source<V> | undefined {
    if (this.#order === 'arrival') return this.#arrived.first
    let first: Source<V> | undefined
    for (const source of this.#sources.values()) {
      if (source.queue.length > 0 && (first === undefined || this.#comesBefore(source, first))) first = source
    }
    return first
  }

  #comesBefore(a: Source<V>, b: Source<V>): boolean {
    const difference = this.#turn(a) - this.#turn(b)
    return difference < 0 || (difference === 0 && a.key < b.key)
  }

  #turn({ key, queue }: Source<V>): number {
    return this.#turnOf(key, queue.first!)
  }

  /** When it is due, or the latest turn before it in its queue (epoch ms). */
  #turnOf(key: number, { eventTime, lateByMs = 0 }: StageRecord<V>): number {
    return Math.max(eventTime + lateByMs, this.#latest.get(key) ?? -Infinity)
  }

  #lowestWaiting(input: number): number | undefined {
    let lowest: number | undefined
    for (const { input: of, queue } of this.#sources.values()) {
      const offset = queue.first?.offset
      if (of === input && offset !== undefined && (lowest === undefined || offset < lowest)) lowest = offset
    }
    return lowest
  }
}

/** Written out, since copying an object by its properties is what costs most of a merge. */
function takenOf<V>(
  record: StageRecord<V>,
  value: V,
  lateByMs: number,
  servedBy: number | undefined,
): TakenRecord<V> {
  const { input, offset, eventTime, parent } = record
  return parent === undefined
    ? { input, offset, eventTime, value, lateByMs, servedBy }
    : { input, offset, eventTime, parent, value, lateByMs, servedBy }
}
