import { createHash, randomBytes } from 'node:crypto'
import type { AuditRecord, HashedEntity } from '@millrace/core'

const SALT_BYTES = 16

/** What the audit keeps of an entity. */
export function hashEntity(entity: string, salt = randomBytes(SALT_BYTES).toString('hex')): HashedEntity {
  return { salt, sha256: createHash('sha256').update(salt).update(entity).digest('hex') }
}

/** Writes records about one command, with the wall-clock time. */
export class Audit {
  readonly #command: Omit<AuditRecord, 'at' | 'outcome'>
  readonly #send: (record: AuditRecord) => Promise<unknown>

  constructor(command: Omit<AuditRecord, 'at' | 'outcome'>, send: (record: AuditRecord) => Promise<unknown>) {
    this.#command = command
    this.#send = send
  }

  async note(outcome: AuditRecord['outcome']): Promise<void> {
    await this.#send({ ...this.#command, at: Date.now(), outcome })
  }
}
