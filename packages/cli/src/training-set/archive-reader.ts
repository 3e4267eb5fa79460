import { createHash } from 'node:crypto'
import { MillraceError } from '@millrace/core'
import {
  type ArchiveKind,
  bytesSource,
  type ColumnValues,
  ParquetFile,
  parseArchiveName,
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
    for (const { name } of await this.#storage.list(`kind=${kind}/`)) {
      const date = parseArchiveName(name)?.date
      if (date === undefined) continue
      const names = days.get(date)
      if (names === undefined) days.set(date, [name])
      else names.push(name)
    }
    return days
  }

  /** Some columns of a file. Throws INPUT_INVALID when it cannot be read, lacks one, or is not what it was before. */
  async read(name: string, columns: readonly string[]): Promise<Columns> {
    const bytes = await this.#storage.read(name)
    this.#remember(name, bytes)
    try {
      const file = await ParquetFile.open(bytesSource(bytes))
      const values: [string, ColumnValues][] = []
      for (const column of columns) values.push([column, await readColumn(file, column)])
      return Object.fromEntries(values)
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : String(cause)
      throw new MillraceError('INPUT_INVALID', `${name} of the archive cannot be used: ${because}`, { cause })
    }
  }

  #remember(name: string, bytes: Uint8Array): void {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const before = this.#digests.get(name)
    if (before !== undefined && before !== sha256) {
      throw new MillraceError('INPUT_INVALID', `${name} of the archive changed while it was read: run again.`)
    }
    this.#digests.set(name, sha256)
  }
}

async function readColumn(file: ParquetFile, name: string): Promise<ColumnValues> {
  const parts: ColumnValues[] = []
  for (const group of file.rowGroups) parts.push(await file.read(name, group))
  return joined(parts)
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
