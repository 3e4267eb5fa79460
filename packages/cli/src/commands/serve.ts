import { pathToFileURL } from 'node:url'
import { serviceMain } from '../packages.ts'
import { UsageError } from '../usage.ts'

const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']

/** `millrace serve SERVICE`: runs a service as this process, configured by the environment, until it is ended. */
export async function serve(args: readonly string[]): Promise<number> {
  const [service = '', ...others] = args
  if (!SERVICES.includes(service) || others.length > 0) {
    throw new UsageError(`serve needs one of ${SERVICES.join(', ')}, and nothing else.`)
  }
  await import(pathToFileURL(serviceMain(service)).href)
  return 0
}
