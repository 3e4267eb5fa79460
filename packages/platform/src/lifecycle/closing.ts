/** A part of a service, let go of at its end. */
export interface ClosingStep {
  readonly name: string
  readonly close: () => Promise<unknown>
  /** What of it is not done yet, in words. */
  readonly remaining?: () => readonly string[]
}

/** Lets go of the parts of a service one after the other, each whatever became of those before it. */
export class Closing {
  #steps: readonly ClosingStep[]

  constructor(steps: readonly ClosingStep[]) {
    this.#steps = steps
  }

  /** What is not done yet, for the log: `stages (score)`. */
  get remaining(): readonly string[] {
    return this.#steps.map(({ name, remaining }) => {
      const parts = remaining?.() ?? []
      return parts.length === 0 ? name : `${name} (${parts.join(', ')})`
    })
  }

  /** Throws the first error when all parts are through. */
  async run(): Promise<void> {
    const errors: unknown[] = []
    while (this.#steps.length > 0) {
      await this.#steps[0]!.close().catch(error => errors.push(error))
      this.#steps = this.#steps.slice(1)
    }
    if (errors.length > 0) throw errors[0]
  }
}
