/** Gives out lines in the order of their slots, however they are filled; a slot without a line is passed over. */
export class OrderedLines<Slot> {
  readonly #write: (text: string) => void
  /** Slots whose line was not written yet, in their order; undefined while it is not known. */
  readonly #open = new Map<Slot, string | null | undefined>()
  #written = 0

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  /** How many lines were written. */
  get written(): number {
    return this.#written
  }

  /** The next slot. */
  expect(slot: Slot): void {
    this.#open.set(slot, undefined)
  }

  /** Fills a slot, with null when there is no line for it. */
  fill(slot: Slot, line: string | null): void {
    this.#open.set(slot, line)
    this.#writeKnown()
  }

  /** Writes what is known behind slots that nothing will become of any more. */
  finish(): void {
    for (const [slot, line] of this.#open) if (line === undefined) this.#open.delete(slot)
    this.#writeKnown()
  }

  #writeKnown(): void {
    let text = ''
    for (const [slot, line] of this.#open) {
      if (line === undefined) break
      this.#open.delete(slot)
      if (line === null) continue
      text += `${line}\n`
      this.#written++
    }
    if (text !== '') this.#write(text)
  }
}
