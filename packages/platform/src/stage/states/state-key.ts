import { randomInt } from 'node:crypto'

/**
 * The text that a state is kept under, with its hash. V8 looks for a text in a `Map` by making it one of the lasting
 * texts of the whole process, which for those of events, new with each record, costs more than a hash of our own.
 */
export interface StateKey {
  readonly text: string
  /** 32 bits, signed: such a number needs no object. */
  readonly hash: number
}

/** Makes keys. Their texts come from events: nobody outside is to know which of them share a slot. */
export class StateKeys {
  readonly #seed = randomInt(2 ** 32)

  /** FNV-1a over the UTF-16 units, its bits mixed in each step and at the end as MurmurHash3 does it. */
  of(text: string): StateKey {
    let hash = this.#seed
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
      hash ^= hash >>> 15
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
    return { text, hash: hash ^ (hash >>> 16) }
  }
}
