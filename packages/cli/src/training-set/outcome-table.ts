/** What became of an event, and when that was known (epoch ms). */
export interface Outcome {
  readonly known: number
  readonly value: boolean
}

const FIRST_CAPACITY = 4_096

/** The outcomes of the events that were asked for, by id: of several the one that was known last. */
export class OutcomeTable {
  readonly #slots = new Map<string, number>()
  #known = new Float64Array(FIRST_CAPACITY)
  #values = new Uint8Array(FIRST_CAPACITY)

  /** Ids that were asked for. */
  get size(): number {
    return this.#slots.size
  }

  /** Asks for the outcome of an event: those of others are not kept. */
  want(id: string): void {
    if (this.#slots.has(id)) return
    const slot = this.#slots.size
    if (slot === this.#known.length) this.#grow()
    this.#slots.set(id, slot)
    this.#known[slot] = Number.NEGATIVE_INFINITY
  }

  /** Takes in an outcome. Of two that were known at one time the one that comes second holds. */
  learn(id: string, { known, value }: Outcome): void {
    const slot = this.#slots.get(id)
    if (slot === undefined || known < this.#known[slot]!) return
    this.#known[slot] = known
    this.#values[slot] = Number(value)
  }

  /** The outcome of an event. One that was known before the event is that of an earlier event of this id. */
  of(id: string, eventTime: number): Outcome | undefined {
    const slot = this.#slots.get(id)
    if (slot === undefined || this.#known[slot]! < eventTime) return undefined
    return { known: this.#known[slot]!, value: this.#values[slot] === 1 }
  }

  #grow(): void {
    const known = new Float64Array(this.#known.length * 2)
    known.set(this.#known)
    const values = new Uint8Array(this.#values.length * 2)
    values.set(this.#values)
    this.#known = known
    this.#values = values
  }
}
