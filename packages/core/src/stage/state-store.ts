/** Identifies the last change of a stage partition. A request that does not follow it is refused. */
export interface WritePair {
  /** How many writes there were. */
  readonly sequence: number
  /** Of the last write, or of the last put behind it. */
  readonly id: string
}

export const NO_WRITE: WritePair = { sequence: 0, id: '' }

/** What is stored of a stage partition beside its states. */
export interface StoredCheckpoint {
  readonly pair: WritePair
  /** As `encodeCheckpoint` wrote it; undefined when nothing was ever stored. */
  readonly checkpoint: string | undefined
  /** Epoch ms; −Infinity when nothing was ever stored. */
  readonly watermark: number
}

export interface StageWrite {
  /** The write that this one must follow. */
  readonly follows: WritePair
  /** A random id of this write, the same when it is sent again. */
  readonly id: string
  readonly checkpoint: string
  readonly watermark: number
  /** Each key once; null erases what is stored. They are gone through once, before the write is under way. */
  readonly states: Iterable<readonly [key: string, state: Uint8Array | null]>
}

/** States that are to be stored where there are none. */
export interface StatePut {
  /** The change that this one must follow. */
  readonly follows: WritePair
  /** A random id of this put, the same when it is sent again. */
  readonly id: string
  readonly keys: readonly string[]
  /** For each key; null stores nothing. */
  readonly values: readonly (Uint8Array | null)[]
}

export interface StatePutAnswer {
  readonly pair: WritePair
  /** What keys had before, by their places in the list. A key that comes twice has its first value the second time. */
  readonly held: ReadonlyMap<number, Uint8Array>
}

/** States and checkpoints of one stage. Every method fails with STORE_UNAVAILABLE when the store does not answer. */
export interface StateStore {
  load(partition: number): Promise<StoredCheckpoint>
  /** States by key, in order, undefined where there is none; or `refused` when another write came after `pair`. */
  read(
    partition: number,
    pair: WritePair,
    keys: readonly string[],
  ): Promise<readonly (Uint8Array | undefined)[] | 'refused'>
  /**
   * Stores the value of every key that has none, at once, and tells what the others have; or `refused`. Sending the same
   * put again stores nothing more, and finds what it stored.
   */
  putIfAbsent(partition: number, put: StatePut): Promise<StatePutAnswer | 'refused'>
  /** Writes all or nothing; answers the new pair, or `refused`. Sending the same write again is harmless. */
  write(partition: number, write: StageWrite): Promise<WritePair | 'refused'>
  /** The stored pair of each partition, in order. */
  pairs(partitions: readonly number[]): Promise<readonly WritePair[]>
  /** The stored watermark of each partition of any stage of the same namespace, from 0 on. */
  watermarks(stage: string, partitions: number): Promise<readonly number[]>
}
