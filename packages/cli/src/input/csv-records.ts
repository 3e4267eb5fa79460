/** A record of several lines that is not closed after so many characters has a stray quote instead. */
const MAX_RECORD_LENGTH = 8_192

/**
 * Puts lines together to CSV records: a line feed within quotes belongs to the record. A quote that nobody closes
 * costs its own line only, not the rest of the file.
 */
export class CsvRecords {
  #lines: string[] = []
  #length = 0
  #isQuoted = false

  /** Takes the next lines and gives the records that they complete. */
  push(lines: readonly string[]): string[] {
    return lines.flatMap(line => this.#take(line))
  }

  /** Gives what is left when no line follows. */
  end(): string[] {
    return this.#isQuoted ? [...this.#giveUp(), ...this.end()] : []
  }

  #take(line: string): string[] {
    this.#lines.push(line)
    this.#length += line.length + 1
    if (hasOddQuotes(line)) this.#isQuoted = !this.#isQuoted
    if (!this.#isQuoted) return [this.#clear().join('\n')]
    return this.#lines.length > 1 && this.#length > MAX_RECORD_LENGTH ? this.#giveUp() : []
  }

  /** Takes the first line as a record of its own and looks at the others anew. */
  #giveUp(): string[] {
    const [broken, ...others] = this.#clear()
    return [broken!, ...this.push(others)]
  }

  #clear(): string[] {
    const lines = this.#lines
    this.#lines = []
    this.#length = 0
    this.#isQuoted = false
    return lines
  }
}

function hasOddQuotes(line: string): boolean {
  let isOdd = false
  for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) isOdd = !isOdd
  return isOdd
}
