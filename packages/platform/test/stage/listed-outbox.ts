import type { StageOutput } from '@millrace/core'
import type { Outbox } from '../../src/kafka/outbox.ts'

/** Publishes all outputs of a round at its end. */
export class ListedOutbox implements Outbox {
  readonly #publish: (outputs: readonly StageOutput[]) => Promise<void>
  #outputs: StageOutput[] = []

  constructor(publish: (outputs: readonly StageOutput[]) => Promise<void>) {
    this.#publish = publish
  }

  async add(outputs: readonly StageOutput[]): Promise<void> {
    this.#outputs.push(...outputs)
  }

  async flush(): Promise<void> {
    const outputs = this.#outputs
    this.#outputs = []
    if (outputs.length > 0) await this.#publish(outputs)
  }

  discard(): void {
    this.#outputs = []
  }
}
