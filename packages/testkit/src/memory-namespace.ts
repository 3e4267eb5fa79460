import {
  NO_WRITE,
  type StageWrite,
  type StatePut,
  type StatePutAnswer,
  type StateStore,
  type StoredCheckpoint,
  type WritePair,
} from '@millrace/core'

interface StoredPartition extends StoredCheckpoint {
  readonly states: ReadonlyMap<string, Uint8Array>
}

/** What the stage partitions of a namespace held at some moment. */
export type NamespaceSnapshot = ReadonlyMap<string, StoredPartition>

interface Contents {
  partitions: NamespaceSnapshot
}

/** The states and checkpoints of all stages of a namespace, in memory. */
export class MemoryNamespace {
  readonly #contents: Contents = { partitions: new Map() }

  /** A store of one stage; stores of the same name share what they hold. */
  storeOf(stage: string): StateStore {
    return new MemoryStateStore(stage, this.#contents)
  }

  snapshot(): NamespaceSnapshot {
    return this.#contents.partitions
  }

  /**
   * Goes back to a snapshot, as a Redis does that lost its last writes.
   * @param isLost which stage partitions (`stage/partition`) lost them: in a cluster, those of one node
   */
  restore(snapshot: NamespaceSnapshot, isLost: (partition: string) => boolean = () => true): void {
    const restored = new Map(this.#contents.partitions)
    for (const key of restored.keys()) {
      if (!isLost(key)) continue
      const before = snapshot.get(key)
      if (before === undefined) restored.delete(key)
      else restored.set(key, before)
    }
    this.#contents.partitions = restored
  }
}

const EMPTY: StoredPartition = {
  pair: NO_WRITE,
  checkpoint: undefined,
  watermark: -Infinity,
  states: new Map(),
}

/** A write replaces what is stored of its partition by a changed copy, so that a snapshot needs none. */
class MemoryStateStore implements StateStore {
  readonly #stage: string
  readonly #contents: Contents

  constructor(stage: string, contents: Contents) {
    this.#stage = stage
    this.#contents = contents
  }

  async load(partition: number): Promise<StoredCheckpoint> {
    const { pair, checkpoint, watermark } = this.#stored(this.#stage, partition)
    return { pair, checkpoint, watermark }
  }

  async read(
    partition: number,
    pair: WritePair,
    keys: readonly string[],
  ): Promise<readonly (Uint8Array | undefined)[] | 'refused'> {
    const stored = this.#stored(this.#stage, partition)
    return isSame(stored.pair, pair) ? keys.map(key => stored.states.get(key)?.slice()) : 'refused'
  }

  async putIfAbsent(
    partition: number,
    { follows, id, keys, values }: StatePut,
  ): Promise<StatePutAnswer | 'refused'> {
    const stored = this.#stored(this.#stage, partition)
    if (stored.pair.id !== id && !isSame(stored.pair, follows)) return 'refused'
    const pair = { sequence: follows.sequence, id }
    const states = new Map(stored.states)
    const held = new Map<number, Uint8Array>()
    for (const [i, key] of keys.entries()) {
      const [before, value] = [states.get(key), values[i]]
      if (before !== undefined) held.set(i, before.slice())
      else if (value) states.set(key, value.slice())
    }
    this.#replace(partition, { ...stored, pair, states })
    return { pair, held }
  }

  async write(
    partition: number,
    { follows, id, checkpoint, watermark, states }: StageWrite,
  ): Promise<WritePair | 'refused'> {
    const stored = this.#stored(this.#stage, partition)
    if (stored.pair.id === id) return stored.pair
    if (!isSame(stored.pair, follows)) return 'refused'
    const pair = { sequence: follows.sequence + 1, id }
    const changed = new Map(stored.states)
    for (const [key, bytes] of states) {
      if (bytes === null) changed.delete(key)
      else changed.set(key, bytes.slice())
    }
    this.#replace(partition, { pair, checkpoint, watermark, states: changed })
    return pair
  }

  async pairs(partitions: readonly number[]): Promise<readonly WritePair[]> {
    return partitions.map(partition => this.#stored(this.#stage, partition).pair)
  }

  async watermarks(stage: string, partitions: number): Promise<readonly number[]> {
    return Array.from({ length: partitions }, (_, partition) => this.#stored(stage, partition).watermark)
  }

  #replace(partition: number, stored: StoredPartition): void {
    const key = keyOf(this.#stage, partition)
    this.#contents.partitions = new Map(this.#contents.partitions).set(key, stored)
  }

  #stored(stage: string, partition: number): StoredPartition {
    return this.#contents.partitions.get(keyOf(stage, partition)) ?? EMPTY
  }
}

function keyOf(stage: string, partition: number): string {
  return `${stage}/${partition}`
}

function isSame(a: WritePair, b: WritePair): boolean {
  return a.sequence === b.sequence && a.id === b.id
}
