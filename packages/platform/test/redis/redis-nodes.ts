import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { defaultCacheDir } from '../../src/local-stack/cache-dir.ts'
import { type Guard, startGuard } from '../../src/local-stack/guard.ts'
import type { Launch } from '../../src/local-stack/part.ts'
import { processRunner } from '../../src/local-stack/process-runner.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { isFree } from './is-free.ts'

/** One server, told to do things by a connection of its own. */
export interface RedisNode {
  readonly port: number
  readonly admin: Redis
  /** Ends it as a crash would. */
  kill(): Promise<void>
  /** Lets it stand still (SIGSTOP) or go on (SIGCONT). */
  signal(signal: NodeJS.Signals): void
}

/** Servers on this machine. They end with this process at the latest. */
export interface RedisNodes {
  readonly nodes: readonly RedisNode[]
  readonly stop: () => Promise<void>
}

/** A node of a cluster talks with its peers at its port and this. */
const BUS = 10_000
/** How long an answer may take (ms), so that nobody waits for good for a server that never came up. */
const ANSWER_MS = 60_000

/** Starts servers that know nothing of each other, with these arguments beside their usual ones. */
export async function startRedisNodes(count: number, args: readonly string[] = []): Promise<RedisNodes> {
  const { env } = process
  const guard = startGuard(env)
  const nodes: RedisNode[] = []
  const stop = async (): Promise<void> => {
    for (const { admin } of nodes) admin.disconnect()
    await guard.close()
  }
  return orStop(stop, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
    guard.removeAtEnd(folder)
    const install = await redis.install({ env, cacheDir: defaultCacheDir(env), report: () => {} })
    const launch: Launch = async place => {
      const { program, args: usual } = await install(place)
      return { program, args: [...usual, '--repl-diskless-sync-delay', '0', ...args] }
    }
    for (const port of await nodePorts(count)) nodes.push(await startNode(port, { folder, guard, launch }))
    await Promise.all(nodes.map(({ admin }) => admin.ping()))
    return { nodes, stop }
  })
}

/** What `start` answers. Where it fails, what it started is stopped first: else it would keep the process alive. */
export async function orStop<T>(stop: () => Promise<void>, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    await stop()
    throw error
  }
}

async function startNode(
  port: number,
  { folder, guard, launch }: { folder: string; guard: Guard; launch: Launch },
): Promise<RedisNode> {
  const dir = join(folder, String(port))
  await mkdir(dir)
  const logFile = join(folder, `${port}.log`)
  const runner = processRunner({
    launch: () => launch({ ports: [port], dir }),
    dir,
    env: process.env,
    guard,
    logFile,
  })
  await runner.start()
  const admin = new Redis(port, {
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
    commandTimeout: ANSWER_MS,
  })
  admin.on('error', () => {})
  const handle = runner.handle()
  return {
    port,
    admin,
    kill: () => runner.kill('SIGKILL'),
    signal: signal => void (handle?.kind === 'process' && process.kill(handle.process.pid, signal)),
  }
}

/** Ports that are free with their bus ports, below those that the system gives to connections. */
async function nodePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(BUS + 1_024, 2 * BUS)
    if ((await isFree(port)) && (await isFree(port + BUS))) ports.add(port)
  }
  return [...ports]
}
