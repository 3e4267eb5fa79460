import { fateOf, type Stage, type StageOutput, type StateStore, type TakenRecord } from '@millrace/core'
import type { Outbox } from '../kafka/outbox.ts'
import { type SetTimer, WakeUp } from '../lifecycle/wake-up.ts'
import type { OwnedPartition } from './owned-partition.ts'
import type { PartitionTask } from './partition-task.ts'
import { Round } from './round.ts'
import type { StageInput } from './stage-input.ts'
import type { StageObserver } from './stage-observer.ts'
import { StateBound } from './states/state-bound.ts'
import type { StateCache } from './states/state-cache.ts'
import type { TurnLimits } from './turn-limits.ts'

/** What the loop needs from the log that it reads. */
export interface StageSource<V, S> {
  /** The partitions that this process holds now. */
  owned(): Iterable<OwnedPartition<V, S>>
  /** Loads every partition without a task, and starts reading where its checkpoint stands. */
  loadMissing(): Promise<void>
  /** Lets the log deliver again where the backlog has gone down. */
  resume(): void
}

export interface StageLoopOptions<V, S> {
  readonly stage: Stage<V, S>
  readonly inputs: readonly StageInput<V>[]
  readonly source: StageSource<V, S>
  readonly limits: TurnLimits
  readonly store: StateStore
  readonly outbox: Outbox
  readonly observer: StageObserver
  /** Records of one partition that are decoded and handled at once, and of which nothing but outputs remains then. */
  readonly batchSize: number
  /** Batches of each partition that are published as one, at the most. */
  readonly batchesPerRound: number
  /** Memory for the states of all partitions (bytes, estimated). */
  readonly cachedBytes: number
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: () => number
  /** What ends a sleep or a wait after its time. Default: the system's timer. */
  readonly setTimer?: SetTimer
  /** How long to wait after so many failures in a row (ms). Default: 100, then twice as long each time, 5,000 at most. */
  readonly backoff?: (failures: number) => number
}

interface Batch<V, S> {
  readonly owned: OwnedPartition<V, S>
  readonly task: PartitionTask<V, S>
  readonly records: readonly TakenRecord<V>[]
}

const OWNERSHIP_CHECK_MS = 1_000
const FIRST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 5_000

/**
 * The one loop of every stage, in rounds: batch by batch decode → merge → step, then publish, and in intervals one write
 * of states and checkpoint of all that was published. Batches are small so that their objects die young. Whatever fails
 * on the way, the partitions concerned are dropped from memory and loaded anew, so that nothing half-done remains.
 */
export class StageLoop<V, S> {
  readonly #options: StageLoopOptions<V, S>
  readonly #wakeUp: WakeUp
  /** Ends a wait after a failure; what arrives meanwhile does not. */
  readonly #hurry: WakeUp
  readonly #stateBound: StateBound
  #stopping = false
  #failures = 0
  #nextOwnershipCheck = 0
  #lastWrite = Number.NEGATIVE_INFINITY
  /** Some partition had more records than a round takes. */
  #isBehind = false
  readonly #now: () => number
  readonly #backoff: (failures: number) => number

  constructor(options: StageLoopOptions<V, S>) {
    this.#options = options
    this.#wakeUp = new WakeUp(options.setTimer)
    this.#hurry = new WakeUp(options.setTimer)
    this.#stateBound = new StateBound(options.cachedBytes)
    this.#now = options.now ?? (() => performance.now())
    this.#backoff = options.backoff ?? doubling
  }

  /** Something arrived, or the set of partitions changed. */
  wake(): void {
    this.#wakeUp.signal()
  }

  /** Looks at once whether the store still holds what was written: after a reconnect it may have lost some. */
  checkOwnership(): void {
    this.#nextOwnershipCheck = 0
    this.#hurry.signal()
    this.wake()
  }

  /** Ends `run` after the round at work. */
  stop(): void {
    this.#stopping = true
    this.#hurry.signal()
    this.wake()
  }

  /** Runs until `stop`. Throws what no new attempt can mend. */
  async run(): Promise<void> {
    while (!this.#stopping) {
      try {
        const worked = await this.#round()
        if (this.#failures > 0) this.#options.observer.recovered()
        this.#failures = 0
        if (!worked || this.#isDone()) await this.#wakeUp.wait(this.#restMs())
      } catch (error) {
        if (fateOf(error) !== 'retry') throw error
        this.#options.observer.retrying(error)
        for (const owned of this.#options.source.owned()) owned.drop()
        this.#options.outbox.discard()
        await this.#hurry.wait(this.#backoff(++this.#failures))
      }
    }
    if (this.isUnwritten) await this.#write().catch(this.#options.observer.retrying)
  }

  async #round(): Promise<boolean> {
    const { source, limits, outbox, batchesPerRound } = this.#options
    await this.#dropRetired()
    await source.loadMissing()
    await this.#identify()
    await this.#checkOwnership()
    const round = new Round<V, S>()
    let decoded = await this.#decodeInboxes(round)
    await limits.refresh(source.owned())
    let left = batchesPerRound
    while ((await this.#handleBatches(round)) && --left > 0)
      if (!limits.readsAhead && (await this.#decodeInboxes(round))) decoded = true
    if (round.parts.length > 0) await round.timed('publish', () => outbox.flush())
    const worked = this.#note(round)
    const isFull = this.#stateBound.hold(this.#caches())
    if (isFull || this.#now() >= this.#nextWrite()) await round.timed('write', () => this.#write())
    for (const [phase, seconds] of round.phases) this.#options.observer.phase(phase, seconds)
    source.resume()
    return worked || decoded
  }

  /** What was handled of a topic that is gone is written before its place is lost. */
  async #dropRetired(): Promise<void> {
    const retired = [...this.#options.source.owned()].filter(owned => owned.isRetired)
    if (retired.length === 0) return
    await this.#write()
    for (const owned of retired) if (owned.isRetired) owned.drop()
  }

  /** Which log is read is stored before anything of it is published: its positions depend on it. */
  async #identify(): Promise<void> {
    const { source } = this.#options
    if ([...source.owned()].some(({ task }) => task?.isUnidentified)) await this.#write()
  }

  /** Nothing waits of what has arrived, so that another round would find nothing, unless the limits have moved meanwhile. */
  #isDone(): boolean {
    const { limits, source } = this.#options
    if (limits.readsAhead || this.#isBehind) return false
    return [...source.owned()].every(({ task, backlog }) => task !== undefined && backlog === 0)
  }

  /** How long the loop may sleep when there is nothing to do (ms). */
  #restMs(): number {
    const { idleWaitMs } = this.#options.limits
    if (!this.isUnwritten) return idleWaitMs
    return Math.min(idleWaitMs, Math.max(1, this.#nextWrite() - this.#now()))
  }

  /** Decodes what the batches can take, or all where the merge must see it. Answers whether there was any. */
  #decodeInboxes(round: Round<V, S>): Promise<boolean> {
    return round.timed('decode', async () => {
      let decoded = false
      for (const owned of this.#options.source.owned()) {
        if (owned.task === undefined || owned.backlog === 0) continue
        if (await this.#decodeInbox(owned, owned.task)) decoded = true
      }
      return decoded
    })
  }

  async #decodeInbox(owned: OwnedPartition<V, S>, task: PartitionTask<V, S>): Promise<boolean> {
    const { inputs, limits, batchSize, observer } = this.#options
    const repeatsBefore = task.repeats
    // Records that wait decoded are objects that the garbage collector copies; messages are bytes of one response.
    const fetched = owned.takeInbox(limits.readsAhead ? Number.POSITIVE_INFINITY : batchSize - task.waiting)
    for (const { input, messages } of fetched) {
      task.offer(input, messages, await inputs[input]!.decode(messages))
    }
    for (const { input, messages } of fetched) observer.received(input, owned.partition, messages.length)
    if (task.repeats > repeatsBefore) observer.repeatsSkipped(task.repeats - repeatsBefore)
    return fetched.length > 0
  }

  /** Handles a batch of each partition. Answers whether one was full, so that more may wait behind it. */
  async #handleBatches(round: Round<V, S>): Promise<boolean> {
    const { stage, outbox, batchSize } = this.#options
    const batches = this.#takeBatches()
    if (batches.length === 0) return false
    await round.timed('prepare', async () => stage.prepare?.(batches.flatMap(({ records }) => records)))
    const outputs: StageOutput[] = []
    const handled = await round.timed('handle', () => this.#handle(batches, outputs))
    if (outputs.length > 0) await round.timed('publish', () => outbox.add(outputs))
    for (const { owned, task, records } of handled) round.note(owned, task, records)
    return batches.some(({ records }) => records.length === batchSize)
  }

  #takeBatches(): Batch<V, S>[] {
    const batches: Batch<V, S>[] = []
    for (const owned of this.#options.source.owned()) {
      const { task } = owned
      const records = task?.take(owned.limit, this.#options.batchSize)
      if (task !== undefined && records!.length > 0) batches.push({ owned, task, records: records! })
    }
    return batches
  }

  async #handle(batches: readonly Batch<V, S>[], outputs: StageOutput[]): Promise<readonly Batch<V, S>[]> {
    const made = await Promise.all(batches.map(({ task, records }) => task.handle(records)))
    return batches.filter((batch, i) => {
      const result = made[i]!
      if (result === 'refused') this.#letGo(batch.owned, batch.task)
      else outputs.push(...result)
      return result !== 'refused'
    })
  }

  /** Notes what was handled and published. Answers whether anything was. */
  #note(round: Round<V, S>): boolean {
    const { observer, batchSize, batchesPerRound } = this.#options
    const { parts } = round
    this.#isBehind = parts.some(({ eventTimes }) => eventTimes.length === batchSize * batchesPerRound)
    for (const { owned, task, eventTimes } of parts) {
      // A later batch of it was refused: nothing of it will be written.
      if (owned.task !== task) continue
      owned.newestHandled = eventTimes.reduce(
        (newest, eventTime) => Math.max(newest, eventTime),
        owned.newestHandled ?? Number.NEGATIVE_INFINITY,
      )
    }
    if (parts.length === 0) return false
    observer.published(
      parts.map(({ eventTimes }) => eventTimes),
      round.seconds,
    )
    return true
  }

  async #write(): Promise<void> {
    this.#lastWrite = this.#now()
    const { limits, source, observer } = this.#options
    const writes = [...source.owned()].map(async owned => {
      const { task, newestHandled: newestEventTime, partition } = owned
      if (task === undefined) return
      const result = await task.write(limits.upstreamOf(owned))
      if (result === 'refused') return this.#letGo(owned, task)
      if (newestEventTime === undefined) return
      owned.newestHandled = undefined
      const { watermark } = task
      observer.handled({ partition, counts: task.counts.take(), newestEventTime, watermark })
    })
    await Promise.all(writes)
    observer.cached(this.#stateBound.written(this.#caches()))
  }

  #caches(): StateCache<S>[] {
    return [...this.#options.source.owned()].flatMap(({ task }) => task?.cache ?? [])
  }

  #nextWrite(): number {
    const { caughtUp, behind } = this.#options.limits.writeInterval
    return this.#lastWrite + (this.#isBehind ? behind : caughtUp)
  }

  /** Whether something was published whose states and position are not stored. */
  get isUnwritten(): boolean {
    return [...this.#options.source.owned()].some(owned => owned.newestHandled !== undefined)
  }

  #letGo(owned: OwnedPartition<V, S>, task: PartitionTask<V, S>): void {
    this.#options.observer.refused(owned.partition)
    if (owned.task === task) owned.drop()
  }

  /** An idle partition has no write that a lost one would meet, so it looks. */
  async #checkOwnership(): Promise<void> {
    if (this.#now() < this.#nextOwnershipCheck) return
    this.#nextOwnershipCheck = this.#now() + OWNERSHIP_CHECK_MS
    const held = [...this.#options.source.owned()].filter(owned => owned.task !== undefined)
    const stored = await this.#options.store.pairs(held.map(owned => owned.partition))
    held.forEach((owned, i) => {
      const { task } = owned
      const { sequence, id } = stored[i]!
      if (task === undefined || (task.pair.sequence === sequence && task.pair.id === id)) return
      this.#letGo(owned, task)
    })
  }
}

function doubling(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS)
}
