import type { Memory } from './memory.ts'
import { type RowLayout, Rows } from './rows.ts'

/** Where the first list of rows begins. */
const ROWS_START = 0

/**
 * Where everything is in a memory: at the front of its numbers those that have a fixed place, behind them the lists of
 * rows in the order in which they were laid out. Laid out once, then used for every memory.
 */
export class MemoryLayout {
  readonly #fixed: number[] = [0]
  readonly #lists: Rows[] = []
  readonly #objects: (() => unknown)[] = []
  #template: readonly number[] | undefined
  /** Where memories are read. */
  #scratch: number[] | undefined

  /** A number that every memory has, at first `initial`; answers its place. */
  number(initial: number): number {
    return this.#fixed.push(initial) - 1
  }

  /** An object that every memory has, at first what `make` makes; answers its place. */
  object(make: () => unknown): number {
    return this.#objects.push(make) - 1
  }

  /** A list of rows, in every memory behind those that were laid out before. */
  rows(layout: RowLayout): Rows {
    const start = this.#lists.at(-1)?.endPlace ?? ROWS_START
    const places = { start, before: this.number(0), length: this.number(0), end: this.number(0) }
    const rows = new Rows(layout, places, this.#lists)
    this.#lists.push(rows)
    return rows
  }

  /** A memory as it is at first. */
  init(): Memory {
    this.#template ??= this.#makeTemplate()
    return { numbers: this.#template.slice(), objects: this.#initObjects() }
  }

  /**
   * A memory that is filled by `read`, which reads every list in the order of the layout. Its numbers are read to where
   * those of others were, which is large enough sooner or later, and copied in one piece.
   */
  read(read: (into: Memory) => void): Memory {
    this.#scratch ??= this.init().numbers
    const numbers = this.#scratch
    const objects = this.#initObjects()
    read({ numbers, objects })
    return { numbers: numbers.slice(0, this.#endOf(numbers)), objects }
  }

  #endOf(numbers: readonly number[]): number {
    return numbers[this.#lists.at(-1)?.endPlace ?? ROWS_START]!
  }

  #initObjects(): unknown[] {
    return this.#objects.map(make => make())
  }

  #makeTemplate(): readonly number[] {
    const numbers = [...this.#fixed]
    numbers[ROWS_START] = numbers.length
    const template = { numbers, objects: [] }
    for (const list of this.#lists) list.resize(template, 0, 0)
    return numbers
  }
}
