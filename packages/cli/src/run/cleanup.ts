type Step = () => unknown

/** Closes what was opened, the last first. */
export class Cleanup {
  readonly #steps: Step[] = []

  /** Nothing was opened. */
  get isEmpty(): boolean {
    return this.#steps.length === 0
  }

  defer(step: Step): void {
    this.#steps.push(step)
  }

  /** Takes every step, whatever the others do; then throws the first error. */
  async run(): Promise<void> {
    const errors: unknown[] = []
    for (const step of this.#steps.reverse()) {
      try {
        await step()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
