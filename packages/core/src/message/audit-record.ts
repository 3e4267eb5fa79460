/** What was done to a pipeline's states by command: one record when it was asked for, and one when it was done. */
export interface AuditRecord {
  /** The same in both records about one command. */
  readonly id: string
  /** Wall-clock time (epoch ms). */
  readonly at: number
  readonly action: 'entity-erase'
  readonly outcome: 'requested' | 'done'
  readonly view: string
  readonly entity: HashedEntity
  /** Who gave the command. */
  readonly by: string
  readonly reason: string | null
}

/** An entity that can be recognised by who knows it, and not be read. */
export interface HashedEntity {
  /** Random, so that the same entity has another hash in each command. */
  readonly salt: string
  /** SHA-256 of salt and entity, as one text, in hex. */
  readonly sha256: string
}
