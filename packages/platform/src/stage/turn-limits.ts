import { offsetOf, type StagePace, type StateStore } from '@millrace/core'
import type { OwnedPartition } from './owned-partition.ts'
import type { WatermarkSource } from './watermark-source.ts'

/** Time between two writes (ms). Behind, many events share the write of one entity, and nobody waits for their states. */
export interface WriteInterval {
  readonly caughtUp: number
  readonly behind: number
}

/** Nobody but the stage itself reads what it keeps, unless it says otherwise: what is not written yet is repeated after a crash. */
const OWN_STATES: WriteInterval = { caughtUp: 250, behind: 1_000 }

/** Strict order: the watermarks that others wait for are part of what is written. */
const EVERY_ROUND: WriteInterval = { caughtUp: 0, behind: 0 }

/** How far in event time the partitions of a stage may go. */
export interface TurnLimits {
  /** How long a loop without work may sleep before it looks again (ms). */
  readonly idleWaitMs: number
  /** The order of the records is known only when all that was fetched is decoded. */
  readonly readsAhead: boolean
  /** States and checkpoint are written at most this often, however often outputs are published. */
  readonly writeInterval: WriteInterval
  /** Takes a look at where the stage and those before it stand; sets the `limit` of each partition. */
  refresh(owned: Iterable<OwnedPartition<unknown, unknown>>): Promise<void>
  /** What the checkpoint's watermark is derived from; undefined where no stage comes before. */
  upstreamOf(partition: OwnedPartition<unknown, unknown>): number | undefined
}

/** `order: arrival`: nothing waits, and nobody can say up to when everything was handled. */
export function arrivalLimits({ writeWithin = OWN_STATES.caughtUp }: StagePace = {}): TurnLimits {
  return {
    idleWaitMs: 1_000,
    readsAhead: false,
    writeInterval: { ...OWN_STATES, caughtUp: writeWithin },
    async refresh(owned) {
      for (const partition of owned) partition.limit = Number.POSITIVE_INFINITY
    },
    upstreamOf: () => Number.NEGATIVE_INFINITY,
  }
}

interface Barrier {
  readonly watermark: number
  /** End offsets of each input by partition, as of after the watermark was read. */
  readonly ends: readonly ReadonlyMap<number, number>[]
}

/**
 * `order: strict` behind other stages. Whatever the upstream partitions published up to their watermarks stood in the
 * log when its end was read afterwards; so a partition that has read up to these ends may handle everything up to the
 * lowest watermark.
 */
export class StageLimits implements TurnLimits {
  readonly idleWaitMs = 10
  readonly readsAhead = true
  readonly writeInterval = EVERY_ROUND
  readonly #store: StateStore
  readonly #upstream: readonly WatermarkSource[]
  readonly #readEnds: () => Promise<readonly ReadonlyMap<number, number>[]>
  #barrier: Barrier | undefined

  constructor(
    store: StateStore,
    upstream: readonly WatermarkSource[],
    readEnds: () => Promise<readonly ReadonlyMap<number, number>[]>,
  ) {
    this.#store = store
    this.#upstream = upstream
    this.#readEnds = readEnds
  }

  async refresh(owned: Iterable<OwnedPartition<unknown, unknown>>): Promise<void> {
    const partitions = [...owned]
    if (this.#barrier !== undefined && !this.#reached(partitions, this.#barrier)) return
    const watermark = await lowestWatermark(this.#store, this.#upstream)
    this.#barrier = { watermark, ends: await this.#readEnds() }
    this.#reached(partitions, this.#barrier)
  }

  upstreamOf({ limit }: OwnedPartition<unknown, unknown>): number {
    return limit
  }

  #reached(partitions: readonly OwnedPartition<unknown, unknown>[], { watermark, ends }: Barrier): boolean {
    let all = true
    for (const owned of partitions) {
      const { task, partition } = owned
      if (task === undefined) continue
      const read = ends.every((end, input) => offsetOf(task.cursor(input)) >= (end.get(partition) ?? 0))
      owned.mustRead = !read
      if (read) owned.limit = watermark
      else all = false
    }
    return all
  }
}

/**
 * `order: strict` on raw topics: no partition runs further ahead of the slowest than `skew` (ms of event time), so
 * that the stages behind have to hold no more than that.
 */
export class RawLimits implements TurnLimits {
  readonly idleWaitMs = 10
  readonly readsAhead = true
  readonly writeInterval = EVERY_ROUND
  readonly #store: StateStore
  readonly #siblings: readonly WatermarkSource[]
  readonly #skew: number

  constructor(store: StateStore, siblings: readonly WatermarkSource[], skew: number) {
    this.#store = store
    this.#siblings = siblings
    this.#skew = skew
  }

  async refresh(owned: Iterable<OwnedPartition<unknown, unknown>>): Promise<void> {
    const limit = (await lowestWatermark(this.#store, this.#siblings)) + this.#skew
    for (const partition of owned) partition.limit = limit
  }

  upstreamOf(): undefined {
    return undefined
  }
}

async function lowestWatermark(store: StateStore, sources: readonly WatermarkSource[]): Promise<number> {
  const watermarks = await Promise.all(
    sources.map(({ stage, partitions }) => store.watermarks(stage, partitions)),
  )
  return Math.min(...watermarks.flat())
}
