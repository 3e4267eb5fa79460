import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { StageOutput, StateStore } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { OwnedPartition } from '../../src/stage/owned-partition.ts'
import { PartitionTask } from '../../src/stage/partition-task.ts'
import { StageLoop, type StageLoopOptions, type StageSource } from '../../src/stage/stage-loop.ts'
import type { CacheUse } from '../../src/stage/states/state-cache.ts'
import { arrivalLimits } from '../../src/stage/turn-limits.ts'
import { type Count, countingInput, countingStage, fetchedOf } from './counting-stage.ts'
import { ListedOutbox } from './listed-outbox.ts'

type Owned = OwnedPartition<string, Count>

const MOST_ROUNDS = 100

/** Partitions whose content is fetched from their checkpoint to the end whenever they are loaded. */
class FakeSource implements StageSource<string, Count> {
  readonly loads: number[] = []
  readonly #owned: readonly Owned[]
  readonly #keys: readonly (readonly string[])[]
  readonly #store: StateStore

  constructor(store: StateStore, keys: readonly (readonly string[])[]) {
    this.#store = store
    this.#keys = keys
    this.#owned = keys.map((_, partition) => new OwnedPartition<string, Count>(partition, 1))
  }

  owned(): readonly Owned[] {
    return this.#owned
  }

  async loadMissing(): Promise<void> {
    const options = { stage: countingStage, inputs: 1, order: 'arrival', store: this.#store } as const
    for (const owned of this.#owned) {
      const { partition, task } = owned
      if (task !== undefined) continue
      this.loads.push(partition)
      owned.activate(await PartitionTask.load({ ...options, partition, newId: randomUUID }))
      const from = owned.fetched[0]!
      owned.put(0, fetchedOf(this.#keys[partition]!.slice(from), from))
    }
  }

  resume(): void {}
}

export interface HarnessOptions extends Partial<StageLoopOptions<string, Count>> {
  /** Keys that each partition holds. */
  readonly keys: readonly (readonly string[])[]
  /** Is given all outputs of a round. Default: they are listed. */
  readonly publish?: (outputs: readonly StageOutput[]) => Promise<void>
}

export interface Harness {
  readonly loop: StageLoop<string, Count>
  readonly source: FakeSource
  readonly store: StateStore
  /** Values of the outputs, as they were published. */
  readonly published: unknown[]
  /** What the observer was told, without the phases. */
  readonly told: unknown[][]
  /** What the observer was told of the states in memory, at each write. */
  readonly uses: readonly CacheUse[]
  /** Settles when the loop ends. */
  readonly running: Promise<void>
  /** Resolves at the end of a round after which `condition` holds; throws when none of many is. */
  roundUntil(condition: () => boolean): Promise<void>
}

/** Runs a loop over a fake source. Failing attempts are repeated at once. */
export function startLoop(t: TestContext, { keys, publish, ...options }: HarnessOptions): Harness {
  const store = options.store ?? new MemoryNamespace().storeOf('counting')
  const source = new FakeSource(store, keys)
  const published: unknown[] = []
  const list = async (outputs: readonly StageOutput[]): Promise<void> =>
    void published.push(...outputs.map(({ value }) => value))
  const told: unknown[][] = []
  const uses: CacheUse[] = []
  const roundEnds: (() => void)[] = []
  const tell =
    (what: string) =>
    (...facts: unknown[]): void =>
      void told.push([what, ...facts])
  const loop = new StageLoop<string, Count>({
    stage: countingStage,
    inputs: [countingInput],
    limits: { ...arrivalLimits(), writeInterval: { caughtUp: 0, behind: 0 } },
    batchSize: 100,
    cachedBytes: 1e6,
    backoff: () => 0,
    outbox: new ListedOutbox(publish ?? list),
    batchesPerRound: 1,
    ...options,
    source,
    store,
    observer: {
      handled({ partition, counts, newestEventTime }) {
        const records = counts.reduce((sum, { records }) => sum + records, 0)
        told.push(['handled', { partition, records, newestEventTime }])
      },
      published() {},
      received() {},
      repeatsSkipped: tell('repeatsSkipped'),
      cached: use => void uses.push(use),
      refused: tell('refused'),
      assigned: tell('assigned'),
      stands: tell('stands'),
      committed() {},
      rebalanced() {},
      retrying(error) {
        told.push(['retrying', (error as { code?: string }).code])
      },
      recovered() {},
      rebuilding() {},
      newEpoch() {},
      topicsMissing() {},
      heard() {},
      fetched() {},
      phase(name) {
        if (name !== 'write') return
        for (const end of roundEnds.splice(0)) end()
      },
    },
  })
  const running = loop.run()
  t.after(() => loop.stop())
  const roundUntil = async (condition: () => boolean): Promise<void> => {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { promise, resolve } = Promise.withResolvers<void>()
      roundEnds.push(resolve)
      loop.wake()
      await Promise.race([promise, running])
      if (condition()) return
    }
    throw new Error(`The condition does not hold after ${MOST_ROUNDS} rounds: ${JSON.stringify(told)}`)
  }
  return { loop, source, store, published, told, uses, running, roundUntil }
}

/** What is stored of the counts of a partition, and up to which write. */
export async function storedCounts(
  store: StateStore,
  partition: number,
  keys: readonly string[],
): Promise<{ sequence: number; counts: unknown }> {
  const { pair } = await store.load(partition)
  const values = await store.read(partition, pair, keys)
  const counts = values === 'refused' ? values : values.map(value => value?.[0])
  return { sequence: pair.sequence, counts }
}
