import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { decodeCheckpoint, type Pipeline, topics } from '@millrace/core'
import { checkpointKey } from '@millrace/platform'
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

/** The stages that a service runs. */
export function stagesOf({ events, views }: Pipeline, service: ServiceName): readonly string[] {
  if (service === 'ingestor') return events.map(topics.ingestStage)
  if (service === 'feature-builder') return views.map(view => view.name)
  return [service === 'scorer' ? topics.SCORE_STAGE : topics.DRIFT_STAGE]
}

/** Resolves when the stages, one after the other, have handled everything that stands in their topics. */
export async function untilDrained(deployment: Deployment, stages: readonly string[]): Promise<void> {
  for (const stage of stages) {
    while (!(await isDrained(deployment, stage))) await delay(50)
  }
}

async function isDrained({ admin, redis, pipeline }: Deployment, stage: string): Promise<boolean> {
  for (const [input, topic] of topics.topicsOfStage(pipeline, stage).entries()) {
    for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
      const body = await redis.hget(checkpointKey(pipeline.namespace, stage, partition), 'body')
      const position = body === null ? 0 : decodeCheckpoint(body, 0).positions[input]
      if (position !== Number(high)) return false
    }
  }
  return true
}
