import { MillraceError } from '@millrace/core'
import {
  type CallerEntry,
  createKey,
  hashSecret,
  readCallers,
  readKey,
  type Scope,
  writeCallers,
} from '@millrace/platform/http'

/** What is to be known of a new caller. */
export interface NewCaller {
  readonly id: string
  readonly scopes: readonly Scope[]
  /** The subject of a client certificate; without it the caller gets a key. */
  readonly subject: string | undefined
  readonly ratePerSecond: number | undefined
  readonly burst: number | undefined
  /** Epoch ms. */
  readonly expires: number | undefined
}

/**
 * Adds a caller to a file of keys, which is made if need be. Answers his key, which is kept nowhere, or undefined for a
 * caller with a certificate. Throws INPUT_INVALID when the id is taken.
 */
export async function addCaller(file: string, caller: NewCaller): Promise<string | undefined> {
  const known = await readCallers(file)
  if (known.some(({ id }) => id === caller.id))
    throw new MillraceError(
      'INPUT_INVALID',
      `${file} has a caller ${caller.id}: give another --id, or revoke it.`,
    )
  const key = caller.subject === undefined ? createKey(caller.id) : undefined
  await writeCallers(file, [...known, entryOf(caller, key)])
  return key
}

function entryOf(
  { id, scopes, subject, ratePerSecond, burst, expires }: NewCaller,
  key?: string,
): CallerEntry {
  return {
    id,
    ...(key === undefined ? { subject: subject! } : { hash: hashSecret(readKey(key)!.secret) }),
    scopes: [...scopes],
    ...(ratePerSecond !== undefined && { ratePerSecond }),
    ...(burst !== undefined && { burst }),
    ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
  }
}

/** Takes a caller out of a file of keys. Throws INPUT_INVALID when it has none of that id. */
export async function removeCaller(file: string, id: string): Promise<void> {
  const known = await readCallers(file)
  const others = known.filter(caller => caller.id !== id)
  if (others.length === known.length)
    throw new MillraceError('INPUT_INVALID', `${file} has no caller ${id}: "millrace keys list" shows them.`)
  await writeCallers(file, others)
}
