import { readFile, rename, writeFile } from 'node:fs/promises'
import { MillraceError } from '@millrace/core'
import { z } from 'zod'
import { KEY_ID, readHash } from './api-key.ts'
import { SCOPES } from './scope.ts'

const entry = z
  .strictObject({
    id: z.string().regex(KEY_ID, 'must be small letters, digits and hyphens, at most 64'),
    /** Of the caller's key. */
    hash: z
      .string()
      .refine(text => readHash(text) !== undefined, 'must be sha256:SALT:DIGEST')
      .optional(),
    /** Of the caller's certificate. */
    subject: z.string().min(1, 'must not be empty').optional(),
    scopes: z.array(z.enum(SCOPES, `must be among ${SCOPES.join(', ')}`)),
    /** Requests per second, in place of those of everybody. */
    ratePerSecond: z.number().positive().optional(),
    /** Requests at once. */
    burst: z.number().int().positive().optional(),
    /** From then on the caller is unknown. */
    expires: z.iso.datetime({ offset: true, error: 'must be ISO 8601 with a zone' }).optional(),
  })
  .refine(
    ({ hash, subject }) => (hash === undefined) !== (subject === undefined),
    'must have a hash or a subject',
  )

const fileSchema = z.strictObject(
  {
    version: z.literal(1, 'must be 1'),
    callers: z
      .array(entry)
      .refine(
        callers => new Set(callers.map(({ id }) => id)).size === callers.length,
        'an id is given twice',
      ),
  },
  'must be JSON as "millrace keys" writes it',
)

/** A caller as the file of keys has it: one with a key, or one with a client certificate. */
export type CallerEntry = z.output<typeof entry>

/** Reads the text of a file of keys. Throws CONFIG_INVALID with every fault and no value. */
export function parseCallers(text: string): readonly CallerEntry[] {
  const { success, data, error } = fileSchema.safeParse(jsonOf(text))
  if (success) return data.callers
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`)
  throw new MillraceError('CONFIG_INVALID', `The file of keys cannot be used:\n- ${faults.join('\n- ')}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a file of keys; one that is not there has no callers. Throws CONFIG_INVALID. */
export async function readCallers(file: string): Promise<readonly CallerEntry[]> {
  try {
    return parseCallers(await readFile(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Writes a file of keys as a whole, readable by its owner alone. */
export async function writeCallers(file: string, callers: readonly CallerEntry[]): Promise<void> {
  const partial = `${file}.${process.pid}.part`
  await writeFile(partial, `${JSON.stringify({ version: 1, callers }, null, 2)}\n`, { mode: 0o600 })
  await rename(partial, file)
}
