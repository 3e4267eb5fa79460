import { MillraceError } from '@millrace/core'

/** Names that would be taken for a version; MLflow reserves them as well. */
const RESERVED = /^(v\d+|latest)$/i

/** Throws CONFIG_INVALID for an alias that one of the registries would refuse. */
export function assertAliasName(alias: string): void {
  if (/^[A-Za-z][\w-]{0,62}$/.test(alias) && !RESERVED.test(alias)) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `"${alias}" cannot be an alias: take letters, digits, "-" and "_", a letter first, and neither "latest" nor v and a number.`,
  )
}

/** Whether a text is the number of a version. */
export function isVersion(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text)
}

/** Says that an alias named something else than whoever changes it believed. */
export function aliasChanged(
  alias: string,
  expected: string | undefined,
  found: string | undefined,
): MillraceError {
  const named = (version: string | undefined): string =>
    version === undefined ? 'nothing' : `version ${version}`
  return new MillraceError(
    'ALIAS_CHANGED',
    `The alias "${alias}" names ${named(found)}, and no longer ${named(expected)}: somebody else has changed it. Look again, then decide anew.`,
    { details: { alias, expected, found } },
  )
}
