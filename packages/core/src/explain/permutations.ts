/** Draws permutations of 0 … `length` − 1, each as likely as any other; the same seed draws the same ones. */
export class Permutations {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  draw(length: number): Uint16Array {
    const order = Uint16Array.from({ length }, (_, i) => i)
    for (let i = length - 1; i > 0; i--) {
      const other = Math.floor(this.#next() * (i + 1))
      const taken = order[i]!
      order[i] = order[other]!
      order[other] = taken
    }
    return order
  }

  /** A number from 0 to below 1 (mulberry32). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
