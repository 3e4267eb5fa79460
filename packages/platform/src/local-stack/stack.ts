import { createHash } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { defaultCacheDir } from './cache-dir.ts'
import { dockerCommand } from './docker-command.ts'
import type { ContainerEngine } from './engine.ts'
import { allFailures } from './errors.ts'
import { freePorts } from './free-port.ts'
import { type Guard, startGuard } from './guard.ts'
import { kafka } from './kafka.ts'
import type { Environment, InstallContext, OnProgress, PartDefinition, PartName } from './part.ts'
import { redis } from './redis.ts'
import { registry } from './registry.ts'
import { type Resolution, resolvePart } from './resolve.ts'
import { type StackPart, type StartContext, startPart } from './stack-part.ts'

export interface LocalStackOptions {
  /** Where data and logs go, kept at the end. Default: a temporary folder, removed at the end. */
  readonly dataDir?: string
  /** Where downloads are kept. Default: MILLRACE_CACHE, or `~/.cache/millrace`. */
  readonly cacheDir?: string
  /** Addresses, PATH and JAVA_HOME are read from it, and the parts inherit it. Default: `process.env`. */
  readonly env?: Environment
  /** What runs containers. Default: the `docker` command. */
  readonly engine?: ContainerEngine
  readonly onProgress?: OnProgress
  /** Longest wait for one part to answer, once started; in ms. Default 120,000. */
  readonly readyWithinMs?: number
}

/** Addresses as the environment of the services holds them. */
export interface StackAddresses {
  /** `host:port`; a given one may be a list with commas. */
  readonly kafkaBrokers: string
  readonly redisUrl: string
  readonly schemaRegistryUrl: string
}

export interface LocalStack {
  readonly addresses: StackAddresses
  readonly parts: Readonly<Record<PartName, StackPart>>
  /** Folder of data and logs. */
  readonly dataDir: string
  /** Ends every part that was started and removes a temporary data folder. A second call waits for the first. */
  stop(): Promise<void>
}

/** A started stack whose guard is in the caller's hands. */
export interface GuardedStack extends Omit<LocalStack, 'stop'> {
  readonly temporary: boolean
}

/**
 * Starts Kafka, Redis and the schema registry, and waits until all three answer. They end with `stop()`,
 * and at the latest with this process, even when it is killed. Fails with STACK_PART_MISSING or
 * STACK_START_FAILED, and leaves nothing behind then.
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const guard = startGuard(options.env)
  const { addresses, parts, dataDir } = await startGuarded(options, guard)
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    try {
      await Promise.all(Object.values(parts).map(part => part.stop()))
    } finally {
      await guard.close()
    }
  }
  return {
    addresses,
    parts,
    dataDir,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

/** Starts a stack under `guard`; when that fails, closes the guard and with it ends what had started. */
export async function startGuarded(options: LocalStackOptions, guard: Guard): Promise<GuardedStack> {
  try {
    const { dataDir, temporary } = await prepareDataDir(options.dataDir, guard)
    const parts = await startParts(options, { dataDir, temporary, guard })
    return { addresses: addressesOf(parts), parts, dataDir, temporary }
  } catch (error) {
    await guard.close()
    throw error
  }
}

async function prepareDataDir(
  given: string | undefined,
  guard: Guard,
): Promise<{ dataDir: string; temporary: boolean }> {
  if (given === undefined) {
    const dataDir = await mkdtemp(join(tmpdir(), 'millrace-'))
    guard.removeAtEnd(dataDir)
    return { dataDir, temporary: true }
  }
  await mkdir(given, { recursive: true })
  return { dataDir: resolve(given), temporary: false }
}

async function startParts(
  {
    env = process.env,
    cacheDir = defaultCacheDir(env),
    engine = dockerCommand(env),
    onProgress,
    readyWithinMs = 120_000,
  }: LocalStackOptions,
  place: Pick<StartContext, 'dataDir' | 'temporary' | 'guard'>,
): Promise<Record<PartName, StackPart>> {
  const findPart = async (definition: PartDefinition): Promise<FoundPart> => {
    const report: InstallContext['report'] = (state, detail) =>
      onProgress?.({ part: definition.name, state, detail })
    const context = { env, cacheDir, report }
    const resolution = await resolvePart(definition, context, engine)
    const portCount = resolution.source === 'given' ? 0 : definition.portCount
    return { definition, resolution, portCount, context }
  }
  const found = await all([kafka, redis, registry].map(findPart))
  // At once for all: a machine that has too few says so before anything runs, and no two parts get the same.
  const ports = await freePorts(found.reduce((sum, { portCount }) => sum + portCount, 0))
  const stackName = stackNameOf(place.dataDir)
  const starts = found.map(({ definition, resolution, portCount, context }) => {
    const own = ports.splice(0, portCount)
    const start = { ...place, ...context, engine, stackName, readyWithinMs, ports: own }
    return startPart(definition, resolution, start)
  })
  const started = await all(starts)
  return Object.fromEntries(started.map(part => [part.name, part])) as Record<PartName, StackPart>
}

interface FoundPart {
  readonly definition: PartDefinition
  readonly resolution: Resolution
  readonly portCount: number
  readonly context: InstallContext
}

/** Waits for every one, so that nothing goes on behind a failure and every failure is told. */
async function all<T>(parts: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(parts)
  const failures = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
  if (failures.length > 0) throw allFailures(failures)
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** One name for one data folder: a stack that starts there again finds its volumes. */
function stackNameOf(dataDir: string): string {
  return `millrace-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`
}

function addressesOf(parts: Record<PartName, StackPart>): StackAddresses {
  return {
    kafkaBrokers: parts.kafka.address,
    redisUrl: parts.redis.address,
    schemaRegistryUrl: parts.registry.address,
  }
}
