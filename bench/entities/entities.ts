import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SERVICE_LAUNCH } from '../../packages/platform/src/launch/service-launch.ts'
import { startRedisServer } from '../../packages/platform/test/redis/redis-server.ts'
import type { BenchOptions } from '../options.ts'
import { report } from '../report.ts'
import { writeEntityStates } from './entity-states.ts'
import type { Figures } from './probe.ts'

/**
 * How the cost of an event grows with the number of entities: the stage of one feature view as a service runs it, over
 * a scripted log, with its states in a real Redis that holds thirty days of every entity.
 */
export async function benchEntities({ quick }: BenchOptions): Promise<void> {
  for (const entities of quick ? [1_000, 100_000] : [1_000, 100_000, 1_000_000]) {
    const redis = await startRedisServer()
    try {
      report(
        'entities',
        `of_${entities}.redis.size`,
        await writeEntityStates(redis.url, entities),
        'bytes/entity',
      )
      for (const distribution of ['uniform', 'zipf', 'hot'] as const) {
        const figures = await runStage(redis.url, [entities, distribution, quick ? 40_000 : 400_000])
        reportFigures(`of_${entities}.${distribution}`, figures)
      }
    } finally {
      await redis.stop()
    }
  }
}

async function runStage(redisUrl: string, args: readonly (string | number)[]): Promise<Figures> {
  const { flags, env } = SERVICE_LAUNCH
  const program = join(import.meta.dirname, 'run.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, ...args.map(String)], {
    env: { ...env, ...process.env, REDIS_URL: redisUrl },
  })
  return JSON.parse(stdout) as Figures
}

function reportFigures(name: string, { cpuUs, redisCpuUs, hitRate, memory }: Figures): void {
  report('entities', `${name}.cpu`, cpuUs, 'us/event')
  report('entities', `${name}.redis.cpu`, redisCpuUs, 'us/event')
  report('entities', `${name}.hit_rate`, hitRate, 'of events')
  report('entities', `${name}.memory`, memory / 1e6, 'MB')
}
