import type { SeededRandom } from '@millrace/testkit'

/** Whether things go wrong: at random while it is stormy, never in the calm afterwards. */
export class Weather {
  stormy = true
  readonly #random: SeededRandom

  constructor(random: SeededRandom) {
    this.#random = random
  }

  strikes(probability: number): boolean {
    return this.stormy && this.#random.chance(probability)
  }
}
