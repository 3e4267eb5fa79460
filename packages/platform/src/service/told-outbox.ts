import type { StageOutput } from '@millrace/core'
import type { Outbox } from '../kafka/outbox.ts'

/** Looks at outputs before they are sent; what it answers is called when Kafka has taken them. */
export type OnOutputs = (outputs: readonly StageOutput[]) => () => void

/** Tells what was published, and nothing of what was discarded. */
export class ToldOutbox implements Outbox {
  readonly #outbox: Outbox
  readonly #onOutputs: OnOutputs
  #untold: (() => void)[] = []

  constructor(outbox: Outbox, onOutputs: OnOutputs) {
    this.#outbox = outbox
    this.#onOutputs = onOutputs
  }

  async add(outputs: readonly StageOutput[]): Promise<void> {
    await this.#outbox.add(outputs)
    this.#untold.push(this.#onOutputs(outputs))
  }

  async flush(): Promise<void> {
    await this.#outbox.flush()
    for (const tell of this.#untold.splice(0)) tell()
  }

  discard(): void {
    this.#outbox.discard()
    this.#untold = []
  }
}
