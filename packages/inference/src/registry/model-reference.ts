import { MillraceError } from '@millrace/core'
import { isVersion } from './alias-name.ts'
import type { Aliases } from './model-registry.ts'

/** A version of a model as somebody writes it: by its number or by an alias. */
export interface ModelReference {
  /** The name of the model, where it is said. */
  readonly name: string | undefined
  readonly version: string | undefined
  readonly alias: string | undefined
}

/**
 * Reads `3`, `@champion`, `models:/fraud/3` or `models:/fraud@champion`. Throws CONFIG_INVALID for anything else, such
 * as MLflow's stages.
 */
export function parseModelReference(text: string): ModelReference {
  const [, name, rest = text] = /^models:\/([^/@]+)([/@].+)$/.exec(text) ?? []
  const alias = rest.startsWith('@') ? rest.slice(1) : undefined
  const version = alias === undefined ? rest.replace(name === undefined ? '' : '/', '') : undefined
  const isWhole = alias === undefined ? isVersion(version!) : /^[A-Za-z][\w-]*$/.test(alias)
  if (isWhole) return { name: name && decodeURIComponent(name), version, alias }
  throw new MillraceError(
    'CONFIG_INVALID',
    `"${text}" names no version of a model: write its number, @ALIAS, models:/NAME/NUMBER or models:/NAME@ALIAS.`,
  )
}

/** The version that a reference means now. Throws MODEL_INVALID when its alias names nothing. */
export function resolveReference({ version, alias }: ModelReference, aliases: Aliases): string {
  if (version !== undefined) return version
  const target = aliases.get(alias!)
  if (target !== undefined) return target.version
  const known = [...aliases.keys()].map(name => `@${name}`)
  throw new MillraceError(
    'MODEL_INVALID',
    `The alias "${alias}" names no version: ${known.length === 0 ? 'there is no alias' : `there are ${known.join(', ')}`}.`,
  )
}
