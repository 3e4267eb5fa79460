import { archiveDate, archiveFileName } from '@millrace/platform/offline'
import type { ArchivedRecord, ArchivedTopic } from './archived-topic.ts'
import { ColumnBuffer } from './column-buffer.ts'

/** A file as it is to be written. */
export interface FlushedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The rows of a stretch of one partition, by the day of their event times. */
export class Flush {
  readonly #source: Pick<ArchivedTopic, 'kind' | 'topic' | 'columns'>
  readonly #partition: number
  readonly #days = new Map<string, ColumnBuffer>()
  /** Where the stretch begins. */
  readonly first: number
  /** Records that were read for it, with those that were left out. */
  records = 0
  rows = 0
  /** Event times of its rows (epoch ms). */
  earliest = Number.POSITIVE_INFINITY
  latest = Number.NEGATIVE_INFINITY

  constructor(source: Pick<ArchivedTopic, 'kind' | 'topic' | 'columns'>, partition: number, first: number) {
    this.#source = source
    this.#partition = partition
    this.first = first
  }

  add({ eventTime, cells }: Pick<ArchivedRecord, 'eventTime' | 'cells'>): void {
    this.#bufferOf(archiveDate(eventTime)).add(cells)
    this.rows++
    this.earliest = Math.min(this.earliest, eventTime)
    this.latest = Math.max(this.latest, eventTime)
  }

  /** The files of the stretch, which ends with the offset `last`: one a day, by day. */
  *files(last: number): Generator<FlushedFile, void, undefined> {
    const { kind, topic } = this.#source
    for (const [date, buffer] of [...this.#days].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const name = archiveFileName({ kind, date, topic, partition: this.#partition, first: this.first, last })
      yield { name, bytes: buffer.toParquet() }
    }
  }

  #bufferOf(date: string): ColumnBuffer {
    const known = this.#days.get(date)
    if (known !== undefined) return known
    const buffer = new ColumnBuffer(this.#source.columns)
    this.#days.set(date, buffer)
    return buffer
  }
}
