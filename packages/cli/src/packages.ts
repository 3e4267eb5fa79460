import { realpathSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { MillraceError } from '@millrace/core'

/** The folder of an installed package, as it would be imported from here; undefined when it is not there. */
export function packageFolder(name: string): string | undefined {
  try {
    const manifest = findPackageJSON(name, import.meta.url)
    return manifest === undefined ? undefined : dirname(realpathSync(manifest))
  } catch {
    return undefined
  }
}

/** The program of a service: TypeScript in the repository, JavaScript where it was installed from npm. Throws CONFIG_INVALID. */
export function serviceMain(service: string): string {
  const folder = packageFolder(`@millrace/${service}`)
  if (folder === undefined) {
    throw new MillraceError('CONFIG_INVALID', `The package @millrace/${service} is not installed.`)
  }
  return join(folder, 'src', `main${extname(import.meta.filename)}`)
}
