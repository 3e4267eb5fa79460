import type { StageWrite, StateCodec } from '@millrace/core'
import { BusyStates } from './busy-states.ts'
import { KeyTable } from './key-table.ts'
import { NOT_KEPT, PackedStates } from './packed-states.ts'
import { type StateKey, StateKeys } from './state-key.ts'

/** A state that so many records change between two writes is kept as an object. */
const BUSY_CHANGES = 3

/** What states in memory take, and of how much use they are. */
export interface CacheUse {
  readonly states: number
  /** Estimated for those that are objects. */
  readonly bytes: number
  /** Records whose state was in memory when their turn came, since it was told last. */
  readonly hits: number
  /** States that were asked for in the store instead, since then. */
  readonly misses: number
  /** States that were forgotten, since then. */
  readonly evictions: number
}

/** The state of a key while a round works with it: as an object, as its encoding, or none. */
export interface CachedState<S> {
  readonly key: StateKey
  state: S | undefined
  /** Undefined also where the state was changed since. It is good until the end of the round. */
  packed: Uint8Array | undefined
  /** Whether the store is still to be asked for it. */
  isMissing: boolean
  /** Whether memory holds it as it is. */
  isKept: boolean
  /** How often it was changed since it was stored. */
  changes: number
  /** How many records of the round have its key. */
  uses: number
}

/**
 * The states that a partition keeps in memory: those that several records change between two writes as objects, which
 * the step goes on working with, and all others as their encodings outside the heap.
 */
export class StateCache<S> {
  readonly #codec: Pick<StateCodec<S>, 'encode' | 'brief'>
  readonly #packed = new PackedStates()
  readonly #busy = new BusyStates<CachedState<S>>()
  readonly #keys = new StateKeys()
  readonly #ofRound = new KeyTable<CachedState<S>>()
  /** Keys of the states that were changed and not stored. */
  #changed: StateKey[] = []
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(codec: Pick<StateCodec<S>, 'encode' | 'brief'>) {
    this.#codec = codec
  }

  /** What the states take (bytes, estimated for those that are objects). */
  get bytes(): number {
    return this.#busy.bytes + this.#packed.bytes
  }

  /**
   * The states of the keys of a round, which count as used: one for each key that there is. Those that are not kept are
   * missing until they are filled in.
   */
  use(texts: readonly (string | undefined)[]): readonly (CachedState<S> | undefined)[] {
    let last: CachedState<S> | undefined
    const used = texts.map(text => {
      if (text === undefined) return undefined
      // A stage may have one key for all, and a busy entity comes several times in a row.
      if (text === last?.key.text) {
        this.#hits++
        last.uses++
        return last
      }
      const key = this.#keys.of(text)
      const known = this.#ofRound.find(key)
      if (known !== undefined) this.#hits++
      const entry = known ?? this.#find(key)
      if (known === undefined) this.#ofRound.add(entry)
      entry.uses++
      last = entry
      return entry
    })
    this.#ofRound.clear()
    return used
  }

  /** Whether a state is to be worked with as an object, since several records change it. */
  isShared({ state, uses, changes }: CachedState<S>): boolean {
    return state !== undefined || uses > 1 || changes + uses >= BUSY_CHANGES
  }

  /** Takes what a record made of a state, undefined where it was erased. */
  change(entry: CachedState<S>, state: S | undefined): void {
    const isShared = this.isShared(entry)
    if (entry.changes++ === 0) this.#changed.push(entry.key)
    entry.packed = undefined
    entry.isKept = !isShared
    if (isShared) entry.state = state
    else this.#pack(entry, state)
  }

  /** Keeps what a round worked with. */
  endRound(used: readonly (CachedState<S> | undefined)[]): void {
    for (const entry of used) {
      if (entry === undefined) continue
      entry.uses = 0
      if (!entry.isKept) this.#keep(entry)
    }
  }

  /** What is to be stored, null where it is to be erased. It counts as stored; whoever cannot store it drops all. */
  *takeChanged(): StageWrite['states'] {
    const changed = this.#changed
    this.#changed = []
    for (const key of changed) yield [key.text, this.#takeBusy(key) ?? this.#takePacked(key) ?? null]
  }

  /** Forgets stored states that were not used for a while, until all take at most `mostBytes`, where that can be. */
  forget(mostBytes: number): void {
    const share = mostBytes / this.bytes
    this.#evictions += this.#busy.forget(share * this.#busy.bytes)
    this.#evictions += this.#packed.forget(mostBytes - this.#busy.bytes)
  }

  /** Gives memory back that lies between the states. To be called when nothing that was taken from it is in use. */
  join(): void {
    this.#packed.join()
  }

  /** What the states take now, and what became of them since this was asked last. */
  takeUse(): CacheUse {
    const use = {
      states: this.#busy.count + this.#packed.count,
      bytes: this.bytes,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    }
    this.#hits = this.#misses = this.#evictions = 0
    return use
  }

  #find(key: StateKey): CachedState<S> {
    const busy = this.#busy.find(key)
    if (busy !== undefined) {
      this.#hits++
      return busy
    }
    const slot = this.#packed.find(key)
    const isKept = slot !== NOT_KEPT
    if (isKept) this.#hits++
    else this.#misses++
    return {
      key,
      state: undefined,
      packed: isKept ? this.#packed.at(slot) : undefined,
      isMissing: !isKept,
      isKept,
      changes: isKept ? this.#packed.changesAt(slot) : 0,
      uses: 0,
    }
  }

  #keep(entry: CachedState<S>): void {
    const { key, state, packed, changes } = entry
    entry.isKept = true
    if (state !== undefined && this.#busy.has(key)) return
    if (state !== undefined && changes >= BUSY_CHANGES) {
      this.#busy.put(entry)
      this.#packed.delete(key)
      return
    }
    this.#busy.delete(key)
    if (packed === undefined) this.#pack(entry, state)
    else this.#packed.put(key, packed, changes)
  }

  #pack({ key, changes }: CachedState<S>, state: S | undefined): void {
    const encoder = this.#codec.brief ?? this.#codec
    this.#packed.put(key, state === undefined ? undefined : encoder.encode(state), changes)
  }

  /** The encoding of a state that is an object; from now on it is none where few records change it. */
  #takeBusy(key: StateKey): Uint8Array | undefined {
    const entry = this.#busy.find(key)
    if (entry === undefined) return undefined
    const encoding = this.#codec.encode(entry.state!)
    if (entry.changes < BUSY_CHANGES) {
      this.#busy.delete(key)
      this.#packed.put(key, encoding, 0)
    } else this.#busy.measure(key, encoding.length)
    entry.changes = 0
    return encoding
  }

  #takePacked(key: StateKey): Uint8Array | undefined {
    const slot = this.#packed.find(key)
    this.#packed.stored(slot)
    return this.#packed.at(slot)
  }
}
