import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Pipeline } from '@millrace/core'
import { vectorDefinition } from '../check/definition.ts'
import type { Rule } from './rule.ts'

/** What the manifest of a version says that was written from a rule. */
export interface RuleOrigin {
  readonly rule: Rule
  /** Digest of the declaration that the reference was made under. */
  readonly definition: string
}

/** The newest version in a model folder: whether training wrote it, or which rule. */
export interface NewestVersion {
  readonly version: number
  readonly origin: unknown
}

/** Undefined where there is none yet. */
export async function newestVersion(folder: string): Promise<NewestVersion | undefined> {
  const entries = await readdir(folder).catch((): string[] => [])
  const versions = entries.filter(name => /^[1-9]\d*$/.test(name)).map(Number)
  if (versions.length === 0) return undefined
  const version = Math.max(...versions)
  return { version, origin: await readOrigin(join(folder, String(version), 'manifest.json')) }
}

/** What a rule's version would say now. */
export function originOf(pipeline: Pipeline, rule: Rule): RuleOrigin {
  return { rule, definition: vectorDefinition(pipeline) }
}

/** What is to be done about a rule: nothing, because training took over or nothing changed, or a new version. */
export function standingOf(
  newest: NewestVersion | undefined,
  origin: RuleOrigin,
): 'first' | 'changed' | 'current' | 'trained' {
  if (newest === undefined) return 'first'
  if (newest.origin === undefined) return 'trained'
  return isDeepStrictEqual(newest.origin, JSON.parse(JSON.stringify(origin))) ? 'current' : 'changed'
}

async function readOrigin(manifest: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(manifest, 'utf8')).writtenFrom
  } catch {
    return undefined
  }
}
