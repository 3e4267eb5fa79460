/** A thing that is stored, by its name under the storage's place. */
export interface StoredObject {
  /** Parts divided by `/`, without one at the start. */
  readonly name: string
  /** Bytes. */
  readonly size: number
}

/**
 * Whole objects by name: a folder, or a bucket of an object store. Every call throws STORAGE_UNAVAILABLE when the place
 * cannot be reached or refuses it.
 */
export interface Storage {
  /** The place, as a user writes it. */
  readonly place: string
  /** All objects whose names start with `prefix`, by name in the order of code units. */
  list(prefix: string): Promise<readonly StoredObject[]>
  /** The bytes of an object; undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Stores an object in place of what had its name. Others see it whole or not at all, whenever this process ends. */
  write(name: string, bytes: Uint8Array): Promise<void>
}
