import { ARCHIVE_KINDS, type ArchiveKind } from '@millrace/platform/offline'

/** Rows as they were written, and the event times among them (epoch ms). */
export interface WrittenRows {
  readonly rows: number
  readonly earliest: number
  readonly latest: number
}

/** Told of what is written of one kind. */
export interface ArchiveTally {
  rows(written: WrittenRows): void
  repeat(): void
  file(): void
}

/** What runs have written, by kind. */
export class ArchiveSummary {
  readonly #kinds = new Map<ArchiveKind, KindSummary>()

  tallyOf(kind: ArchiveKind): ArchiveTally {
    const known = this.#kinds.get(kind)
    if (known !== undefined) return known
    const summary = new KindSummary()
    this.#kinds.set(kind, summary)
    return summary
  }

  /** One line for each kind that was looked at. */
  describe(): readonly string[] {
    const known = ARCHIVE_KINDS.filter(kind => this.#kinds.has(kind))
    return known.map(kind => `${kind}: ${this.#kinds.get(kind)!.describe()}`)
  }
}

class KindSummary implements ArchiveTally {
  #rows = 0
  #repeats = 0
  #files = 0
  #earliest = Number.POSITIVE_INFINITY
  #latest = Number.NEGATIVE_INFINITY

  rows({ rows, earliest, latest }: WrittenRows): void {
    this.#rows += rows
    this.#earliest = Math.min(this.#earliest, earliest)
    this.#latest = Math.max(this.#latest, latest)
  }

  repeat(): void {
    this.#repeats++
  }

  file(): void {
    this.#files++
  }

  describe(): string {
    const repeats = this.#repeats === 0 ? '' : ` Left out: ${this.#repeats} repeats.`
    if (this.#rows === 0) return `nothing new.${repeats}`
    const [from, to] = [this.#earliest, this.#latest].map(time => new Date(time).toISOString())
    return `${this.#rows} rows in ${this.#files} files, from ${from} to ${to}.${repeats}`
  }
}
