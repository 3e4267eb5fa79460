import { setTimeout as delay } from 'node:timers/promises'
import type { Ending } from './deployment.ts'
import type { LivePayments } from './live-payments.ts'

const PAUSE_MS = 50

/** Asks a scorer all the time, in each of its ways over HTTP, until the test ends. */
export class ScorerLoad {
  readonly #url: string
  readonly #live: LivePayments
  readonly #inputs: number
  readonly #model: string
  #running = true
  #asked = 0
  /** Answers that were not 200. */
  readonly faults: string[] = []

  private constructor(
    url: string,
    live: LivePayments,
    model: { readonly name: string; readonly inputs: number },
  ) {
    this.#url = url
    this.#live = live
    this.#model = model.name
    this.#inputs = model.inputs
  }

  static start(
    t: Ending,
    url: string,
    live: LivePayments,
    model: { readonly name: string; readonly inputs: number },
  ): ScorerLoad {
    const load = new ScorerLoad(url, live, model)
    const work = load.#run()
    t.after(() => {
      load.#running = false
      return work
    })
    return load
  }

  async #run(): Promise<void> {
    while (this.#running) {
      for (const [path, body] of this.#requests(this.#asked++)) await this.#ask(path, body)
      await delay(PAUSE_MS)
    }
  }

  #requests(number: number): readonly (readonly [path: string, body: object])[] {
    const row = Array.from({ length: this.#inputs }, (_, i) => i)
    const tensor = { name: 'features', shape: [1, row.length], datatype: 'FP32', data: row }
    return [
      ['/v1/score', this.#live.payment(`asked-${number}`)],
      [`/v2/models/${this.#model}/infer`, { inputs: [tensor] }],
      [`/v1/models/${this.#model}:predict`, { instances: [row] }],
      ['/v1/features', { views: { customer: ['1', '2'], terminal: ['3'] } }],
    ]
  }

  async #ask(path: string, body: object): Promise<void> {
    const response = await fetch(`${this.#url}${path}`, { method: 'POST', body: JSON.stringify(body) })
    const text = await response.text()
    if (response.status !== 200) this.faults.push(`${path}: ${response.status} ${text}`)
  }
}
