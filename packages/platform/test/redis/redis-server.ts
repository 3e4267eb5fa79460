import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { defaultCacheDir } from '../../src/local-stack/cache-dir.ts'
import { dockerCommand } from '../../src/local-stack/docker-command.ts'
import { freePorts } from '../../src/local-stack/free-port.ts'
import { startGuard } from '../../src/local-stack/guard.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { resolvePart } from '../../src/local-stack/resolve.ts'
import { startPart } from '../../src/local-stack/stack-part.ts'

/** A Redis for one purpose, without the rest of the local stack. */
export interface RedisServer {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Starts the Redis of the local stack, or takes the one in REDIS_URL. It ends with this process at the latest. */
export async function startRedisServer(): Promise<RedisServer> {
  const { env } = process
  const guard = startGuard(env)
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  guard.removeAtEnd(dataDir)
  const install = { env, cacheDir: defaultCacheDir(env), report: () => {} }
  const engine = dockerCommand(env)
  const resolution = await resolvePart(redis, install, engine)
  const ports = await freePorts(redis.portCount)
  const stackName = basename(dataDir)
  const place = { guard, engine, dataDir, stackName, temporary: true, ports, readyWithinMs: 60_000 }
  const part = await startPart(redis, resolution, { ...install, ...place })
  return {
    url: part.address,
    async stop() {
      await part.stop()
      await guard.close()
    },
  }
}
