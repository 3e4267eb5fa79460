import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Deployment } from '../test/harness/deployment.ts'
import type { ServiceName, ServiceProcess } from '../test/harness/service-process.ts'

/**
 * Starts services as they are shipped, in this order, each when the one before is ready. With `profiles`, each writes
 * V8 CPU profiles of its threads to a folder of its name there when it stops.
 */
export async function startServices(
  deployment: Deployment,
  names: readonly ServiceName[],
  profiles: string | undefined,
): Promise<readonly ServiceProcess[]> {
  const services: ServiceProcess[] = []
  for (const name of names) {
    const start = () => deployment.run(name)
    services.push(...(await (profiles === undefined ? start() : withProfiles(join(profiles, name), start))))
  }
  return services
}

/** A service takes its environment from this process. */
async function withProfiles<T>(folder: string, start: () => Promise<T>): Promise<T> {
  const before = process.env['NODE_OPTIONS']
  await mkdir(folder, { recursive: true })
  process.env['NODE_OPTIONS'] = `${before ?? ''} --cpu-prof --cpu-prof-dir=${resolve(folder)}`
  try {
    return await start()
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = before
  }
}
