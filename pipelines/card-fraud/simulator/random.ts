/** What a generator draws for: each purpose has its own independent numbers. */
export const PURPOSE = {
  customerProfile: 1,
  terminalPlace: 2,
  transactions: 3,
  compromisedTerminals: 4,
  compromisedCustomers: 5,
  stolenUse: 6,
} as const

export type Purpose = (typeof PURPOSE)[keyof typeof PURPOSE]

const WARM_UP_ROUNDS = 20

/**
 * A small seeded generator (sfc32). One is made for every purpose, entity and day, so that no draw depends on
 * how much was drawn elsewhere: the same day comes out however long the simulation runs.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter: number

  /** The lowest 32 bits of each number count. */
  constructor(seed: number, purpose: Purpose, index: number, day = 0) {
    this.#a = seed | 0
    this.#b = index | 0
    this.#c = day | 0
    this.#counter = purpose
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.uniform()
  }

  /** Uniform in [0, 1), in steps of 2⁻³². */
  uniform(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  /** A whole number, uniform in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound)
  }

  /** Box–Muller, the cosine half only: keeping the other half would be state that a reader has to follow. */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** Knuth's product method, made for the small means used here: it takes about `mean` + 1 draws. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean)
    let events = 0
    for (let product = this.uniform(); product > limit; product *= this.uniform()) events++
    return events
  }

  /** A whole number beside `expected`, rounded at random so that its mean is `expected`. */
  rounded(expected: number): number {
    return Math.floor(expected + this.uniform())
  }

  /** `size` different whole numbers in [0, bound), or all of them when there are fewer. */
  sample(bound: number, size: number): number[] {
    const drawn = new Set<number>()
    while (drawn.size < Math.min(size, bound)) drawn.add(this.below(bound))
    return [...drawn]
  }
}
