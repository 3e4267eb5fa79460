import type { TakenRecord } from '@millrace/core'
import type { OwnedPartition } from './owned-partition.ts'
import type { PartitionTask } from './partition-task.ts'
import type { RoundPhase } from './stage-observer.ts'

/** What a round has handled of one partition. */
export interface HandledPart<V, S> {
  readonly owned: OwnedPartition<V, S>
  readonly task: PartitionTask<V, S>
  /** Of its records, in their order (epoch ms). */
  readonly eventTimes: number[]
}

/**
 * What a round has handled so far, and how long its phases took. Of a record only its event time is kept: what lives
 * until the round is published is copied by the garbage collector.
 */
export class Round<V, S> {
  readonly #start = performance.now()
  readonly #parts = new Map<OwnedPartition<V, S>, HandledPart<V, S>>()
  readonly #phases = new Map<RoundPhase, number>()

  /** Does a phase's work, and adds its time. */
  async timed<T>(phase: RoundPhase, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    this.#phases.set(phase, (this.#phases.get(phase) ?? 0) + (performance.now() - start) / 1_000)
    return result
  }

  /** Notes the records of a batch of one partition. */
  note(
    owned: OwnedPartition<V, S>,
    task: PartitionTask<V, S>,
    records: readonly TakenRecord<unknown>[],
  ): void {
    if (records.length === 0) return
    const known = this.#parts.get(owned)
    const part = known ?? { owned, task, eventTimes: [] }
    if (known === undefined) this.#parts.set(owned, part)
    for (const { eventTime } of records) part.eventTimes.push(eventTime)
  }

  /** By partition, those with records alone. */
  get parts(): readonly HandledPart<V, S>[] {
    return [...this.#parts.values()]
  }

  /** How long each phase took in all (s). */
  get phases(): ReadonlyMap<RoundPhase, number> {
    return this.#phases
  }

  /** How long ago it began (s). */
  get seconds(): number {
    return (performance.now() - this.#start) / 1_000
  }
}
