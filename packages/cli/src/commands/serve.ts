import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { MillraceError } from '@millrace/core'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { serviceMain } from '../packages.ts'
import { launchAnewUnlessWith } from '../serve/launch-anew.ts'
import { UsageError } from '../usage.ts'

const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']

/**
 * `millrace serve SERVICE` runs a service as this process, configured by the environment; `millrace serve PATH` serves
 * the models at a path. Both until they are ended.
 */
export async function serve(args: readonly string[]): Promise<number> {
  const [service = '', ...others] = args
  if (!SERVICES.includes(service)) return serveFiles(args)
  if (others.length > 0)
    throw new UsageError(`serve ${service} takes nothing else: the environment says the rest.`)
  launchAnewUnlessWith(SERVICE_LAUNCH)
  await import(pathToFileURL(serviceMain(service)).href)
  return 0
}

async function serveFiles(args: readonly string[]): Promise<number> {
  const { readServeOptions } = await import('../serve/serve-options.ts')
  const options = readServeOptions(args, process.env)
  if (!existsSync(options.path)) {
    throw new UsageError(
      `"${options.path}" is none of the services ${SERVICES.join(', ')}, and no file or folder of models.`,
    )
  }
  launchAnewUnlessWith(SERVICE_LAUNCH)
  const { serveModels } = await import('../serve/serve-models.ts')
  const print = (text: string): void => console.log(text)
  await serveModels(options, { env: process.env, print, onFailure: report })
  return 0
}

function report(error: unknown): void {
  console.error(error instanceof MillraceError ? `${error.code}: ${error.message}` : error)
}
