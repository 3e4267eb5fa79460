import { createHash } from 'node:crypto'
import { MillraceError } from '@millrace/core'
import {
  type ArchiveKind,
  archivePrefix,
  bytesSource,
  type ColumnValues,
  ParquetFile,
  parseArchiveFileName,
  type Storage,
} from '@millrace/platform/offline'

/** Columns by their names, all equally long. */
export type Columns = Readonly<Record<string, ColumnValues>>

export interface SourceFile {
  readonly name: string
  readonly sha256: string
}

/** Reads an archive by days, and remembers the digest of every file that it read. */
export class ArchiveReader {
  readonly #storage: Storage
  readonly #digests = new Map<string, string>()

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** The files that were read so far, by name. */
  get sources(): readonly SourceFile[] {
    const sources = [...this.#digests].map(([name, sha256]) => ({ name, sha256 }))
    return sources.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The names of the files of a kind by day, both in order. */
  async days(kind: ArchiveKind): Promise<ReadonlyMap<string, readonly string[]>> {
    const days = new Map<string, string[]>()
    for (const { name } of await this.#storage.list(archivePrefix(kind))) {
      const date = parseArchiveFileName(name)?.date
      if (date === undefined) continue
      const names = days.get(date)
      if (names === undefined) days.set(date, [name])
      else names.push(name)
    }
    return days
  }

  /** Opens a file. Throws INPUT_INVALID when it cannot be read, or is not what it was when it was read before. */
  async open(name: string): Promise<ArchivedTable> {
    const bytes = await this.#storage.read(name)
    if (bytes === undefined) throw changed(name)
    this.#remember(name, bytes)
    return named(name, async () => new ArchivedTable(name, await ParquetFile.open(bytesSource(bytes))))
  }

  #remember(name: string, bytes: Uint8Array): void {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const before = this.#digests.get(name)
    if (before !== undefined && before !== sha256) throw changed(name)
    this.#digests.set(name, sha256)
  }
}

/** One file of an archive. */
export class ArchivedTable {
  readonly #name: string
  readonly #file: ParquetFile

  constructor(name: string, file: ParquetFile) {
    this.#name = name
    this.#file = file
  }

  /** Some of the columns. Throws INPUT_INVALID when one is not there. */
  async read(names: readonly string[]): Promise<Columns> {
    const columns: [string, ColumnValues][] = []
    for (const name of names) columns.push([name, await named(this.#name, () => this.#column(name))])
    return Object.fromEntries(columns)
  }

  async #column(name: string): Promise<ColumnValues> {
    const parts: ColumnValues[] = []
    for (const group of this.#file.rowGroups) parts.push(await this.#file.read(name, group))
    return joined(parts)
  }
}

function changed(name: string): MillraceError {
  return new MillraceError('INPUT_INVALID', `${name} of the archive changed while it was read: run again.`)
}

/** Says which file it was that cannot be used. */
async function named<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause)
    throw new MillraceError('INPUT_INVALID', `${name} of the archive cannot be used: ${because}`, { cause })
  }
}

/** Several parts of one column as one. */
export function joined(parts: readonly ColumnValues[]): ColumnValues {
  if (parts.length === 1) return parts[0]!
  if (!parts.every(part => part instanceof Float64Array)) return parts.flat() as ColumnValues
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
