import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { MillraceError, type Prediction } from '@millrace/core'
import type { EventFields } from '../source/input-event.ts'
import type { Settlement } from '../view/ledger.ts'
import { OrderedLines } from './ordered-lines.ts'
import type { RowIds } from './row-ids.ts'

/** It is in the input already. */
const AMOUNT = 'TX_AMOUNT'

export interface VectorFileOptions {
  readonly path: string
  readonly ids: RowIds
  /** The names that features have in the file, by their own. */
  readonly names: Readonly<Record<string, string>>
}

/** Writes features and score of each row of the input, in the order of its rows, as one JSON object a line. */
export class VectorFile {
  readonly path: string
  readonly #stream: WriteStream
  readonly #lines: OrderedLines<EventFields>
  readonly #ids: RowIds
  readonly #names: readonly (readonly [feature: string, name: string])[]

  private constructor({ path, ids, names }: VectorFileOptions, stream: WriteStream) {
    this.path = path
    this.#stream = stream
    this.#ids = ids
    this.#names = Object.entries(names).filter(([, name]) => name !== AMOUNT)
    this.#lines = new OrderedLines(text => stream.write(text))
  }

  /** Throws CONFIG_INVALID when the file cannot be written. */
  static async open(options: VectorFileOptions): Promise<VectorFile> {
    const stream = createWriteStream(options.path)
    await once(stream, 'open').catch(cause => {
      throw new MillraceError('CONFIG_INVALID', `The vectors cannot be written: ${cause.message}.`, { cause })
    })
    return new VectorFile(options, stream)
  }

  /** How many lines were written. */
  get lines(): number {
    return this.#lines.written
  }

  /** A row was sent. */
  expect(event: EventFields): void {
    this.#lines.expect(event)
  }

  settled({ entry, outcome }: Settlement): void {
    const line = outcome.kind === 'predicted' ? this.#describe(entry.event, outcome.prediction) : null
    this.#lines.fill(entry.event, line)
  }

  /** Writes what is left, and closes the file. */
  async close(): Promise<void> {
    this.#lines.finish()
    this.#stream.end()
    await once(this.#stream, 'finish')
  }

  #describe(event: EventFields, { features, score }: Prediction): string {
    const named = this.#names.map(([feature, name]) => [name, features[feature]])
    return JSON.stringify({ TRANSACTION_ID: this.#ids.of(event), ...Object.fromEntries(named), score })
  }
}
