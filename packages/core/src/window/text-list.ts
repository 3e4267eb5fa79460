import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'

/** A list of texts, some of them missing; where it is written, each different text is there once. */
export class TextList {
  #texts: (string | null)[] = []

  at(index: number): string | null {
    return this.#texts[index]!
  }

  insert(index: number, text: string | null): void {
    if (index === this.#texts.length) this.#texts.push(text)
    else this.#texts.splice(index, 0, text)
  }

  removeFirst(n: number): void {
    this.#texts.splice(0, n)
  }

  encode(writer: ByteWriter): void {
    const numbers = new Map<string, number>()
    for (const text of this.#texts)
      if (text !== null && !numbers.has(text)) numbers.set(text, numbers.size + 1)
    writer.varint(numbers.size)
    for (const text of numbers.keys()) writer.text(text)
    for (const text of this.#texts) writer.varint(text === null ? 0 : numbers.get(text)!)
  }

  /** Takes the `length` texts that follow in place of what it held. */
  read(reader: ByteReader, length: number): void {
    const texts = [null, ...Array.from({ length: reader.varint() }, () => reader.text())]
    this.#texts = Array.from({ length }, () => texts[reader.varint()]!)
  }
}
