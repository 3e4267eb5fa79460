import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '@millrace/core'
import { z } from 'zod'
import { type AliasMove, aliasMove } from '../alias-history.ts'
import { replaceFile } from './durable-file.ts'

const target = z.strictObject({
  version: z.string().regex(/^[1-9]\d*$/, 'must be a whole number as text'),
  share: z.number().min(0).max(1).optional(),
})

const shape = z.strictObject({
  aliases: z.record(z.string(), target),
  history: z.array(aliasMove).default([]),
})

/** What is written about the aliases of a model. */
export interface AliasesContent {
  readonly aliases: Readonly<
    Record<string, { readonly version: string; readonly share?: number | undefined }>
  >
  readonly history: readonly AliasMove[]
}

/** The file beside the versions of a model that says which of them have a role. */
export const ALIASES_FILE = 'aliases.json'

/** Reads aliases.json, without which there are none. Throws MODEL_INVALID with every fault. */
export async function readAliases(folder: string): Promise<AliasesContent> {
  const path = join(folder, ALIASES_FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new MillraceError('MODEL_REGISTRY_UNAVAILABLE', `${path} cannot be read: look after its rights.`, {
      cause: error,
    })
  })
  return text === undefined ? { aliases: {}, history: [] } : parseAliases(text, path)
}

export async function writeAliases(folder: string, content: AliasesContent): Promise<void> {
  await replaceFile(join(folder, ALIASES_FILE), `${JSON.stringify(content, null, 2)}\n`)
}

function parseAliases(text: string, path: string): AliasesContent {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new MillraceError('MODEL_INVALID', `${path} is no JSON.`, { cause })
  }
  const result = shape.safeParse(json)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'aliases'}: ${message}`)
  throw new MillraceError('MODEL_INVALID', `${path} cannot be used:\n- ${faults.join('\n- ')}`, {
    details: { faults },
  })
}
