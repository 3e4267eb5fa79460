import { fileURLToPath } from 'node:url'
import { FolderStorage } from './folder-storage.ts'
import type { Storage } from './storage.ts'

/** Opens a place of storage: a folder, by its path or as `file://…`. */
export function openStorage(place: string): Storage {
  return new FolderStorage(place.startsWith('file://') ? fileURLToPath(place) : place)
}
