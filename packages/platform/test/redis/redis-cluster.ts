import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { defaultCacheDir } from '../../src/local-stack/cache-dir.ts'
import { startGuard } from '../../src/local-stack/guard.ts'
import { processRunner } from '../../src/local-stack/process-runner.ts'
import { redis } from '../../src/local-stack/redis.ts'
import { isFree } from './is-free.ts'
import { until } from './until.ts'

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

/** A cluster of servers on this machine. */
export interface RedisCluster extends RedisNodes {
  readonly url: string
}

export interface ClusterShape {
  readonly masters: number
  /** How many of the masters, from the first, have a replica; those follow the masters among the nodes. */
  readonly replicas: number
  /** How long a node may be silent before the others give it up (ms). */
  readonly nodeTimeout: number
}

const SLOTS = 16_384
/** A node talks with its peers at its port and this. */
const BUS = 10_000

/** Starts servers that know nothing of each other, with these arguments beside their usual ones. */
export async function startRedisNodes(count: number, args: readonly string[] = []): Promise<RedisNodes> {
  const { env } = process
  const guard = startGuard(env)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  guard.removeAtEnd(folder)
  const install = await redis.install({ env, cacheDir: defaultCacheDir(env), report: () => {} })
  const nodes: RedisNode[] = []
  for (const port of await nodePorts(count)) {
    const dir = join(folder, String(port))
    await mkdir(dir)
    const launch = async () => {
      const { program, args: usual } = await install({ ports: [port], dir })
      return { program, args: [...usual, '--repl-diskless-sync-delay', '0', ...args] }
    }
    const runner = processRunner({ launch, dir, env, guard, logFile: join(folder, `${port}.log`) })
    await runner.start()
    const admin = new Redis(port, { retryStrategy: () => 50, maxRetriesPerRequest: null })
    admin.on('error', () => {})
    const handle = runner.handle()
    nodes.push({
      port,
      admin,
      kill: () => runner.kill('SIGKILL'),
      signal: signal => void (handle?.kind === 'process' && process.kill(handle.process.pid, signal)),
    })
  }
  await Promise.all(nodes.map(node => node.admin.ping()))
  return {
    nodes,
    async stop() {
      for (const { admin } of nodes) admin.disconnect()
      await guard.close()
    },
  }
}

/** Starts a cluster whose masters share the slots evenly, and waits until it works. */
export async function startRedisCluster({
  masters,
  replicas,
  nodeTimeout,
}: ClusterShape): Promise<RedisCluster> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeout)]
  const { nodes, stop } = await startRedisNodes(masters + replicas, settings)
  for (const [place, { admin }] of nodes.entries()) {
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', place + 1)
    if (place < masters) await admin.call('CLUSTER', 'ADDSLOTS', ...slotsOf(place, masters))
    if (place > 0) await admin.call('CLUSTER', 'MEET', '127.0.0.1', nodes[0]!.port)
  }
  for (const { admin } of nodes) {
    await until(async () => (await admin.cluster('INFO')).includes(`cluster_known_nodes:${nodes.length}\r`))
  }
  for (const [place, { admin }] of nodes.slice(masters).entries()) {
    await admin.call('CLUSTER', 'REPLICATE', (await nodes[place]!.admin.call('CLUSTER', 'MYID')) as string)
  }
  for (const { admin } of nodes.slice(masters)) await until(() => isLinked(admin))
  for (const { admin } of nodes) {
    await until(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'))
  }
  const hosts = nodes.slice(0, masters).map(({ port }) => `127.0.0.1:${port}`)
  return { url: `redis+cluster://${hosts.join(',')}`, nodes, stop }
}

/** Whether a replica holds what its master has, and gets what is written from now on. */
export async function isLinked(admin: Redis): Promise<boolean> {
  return (await admin.info('replication')).includes('master_link_status:up')
}

/** Every slot of the master at `place`. */
function slotsOf(place: number, masters: number): number[] {
  const from = Math.floor((place * SLOTS) / masters)
  const to = Math.floor(((place + 1) * SLOTS) / masters)
  return Array.from({ length: to - from }, (_, i) => from + i)
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
