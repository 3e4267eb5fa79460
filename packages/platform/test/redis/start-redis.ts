import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { defaultCacheDir } from '../../src/local-stack/cache.ts'
import { engineAnswers } from '../../src/local-stack/containers.ts'
import { freePorts } from '../../src/local-stack/free-port.ts'
import { startGuard } from '../../src/local-stack/guard.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { resolvePart } from '../../src/local-stack/resolve.ts'
import { startPart } from '../../src/local-stack/stack-part.ts'

/** Starts the Redis of the local stack for the tests of a file, or takes the one in REDIS_URL. Answers its URL. */
export async function startRedis(): Promise<string> {
  const { env } = process
  const guard = startGuard(env)
  after(() => guard.close())
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  guard.removeAtEnd(dataDir)
  const install = { env, cacheDir: defaultCacheDir(env), report: () => {} }
  const resolution = await resolvePart(redis, install, () => engineAnswers(env))
  const ports = await freePorts(redis.portCount)
  const place = { guard, dataDir, stackName: 'millrace-test', temporary: true, ports, readyWithinMs: 60_000 }
  const part = await startPart(redis, resolution, { ...install, ...place })
  after(() => part.stop())
  return part.address
}
