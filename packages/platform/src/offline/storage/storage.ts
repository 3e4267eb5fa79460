import { MillraceError } from '@millrace/core'
import { FolderStorage } from './folder-storage.ts'

export interface StoredFile {
  /** Its path below the root, with slashes. */
  readonly name: string
  /** Bytes. */
  readonly size: number
}

/** Where files of an archive are kept. */
export interface Storage {
  /** The files whose names begin with `prefix`, sorted by name. */
  list(prefix: string): Promise<readonly StoredFile[]>
  /** The bytes of a file. Throws INPUT_INVALID when there is none. */
  read(name: string): Promise<Uint8Array>
  /** Writes a file so that it is there whole or not at all; one of this name is replaced. */
  write(name: string, bytes: Uint8Array): Promise<void>
}

/** The storage at a place, which is a folder. Throws CONFIG_INVALID for what is none. */
export function openStorage(place: string): Storage {
  if (/^[a-z][a-z0-9+.-]+:\/\//.test(place)) {
    throw new MillraceError('CONFIG_INVALID', `"${place}" is no storage: name a folder.`)
  }
  return new FolderStorage(place)
}
