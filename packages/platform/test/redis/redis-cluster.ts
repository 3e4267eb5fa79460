import type { Redis } from 'ioredis'
import { orStop, type RedisNode, type RedisNodes, startRedisNodes } from './redis-nodes.ts'
import { until } from './until.ts'

/** A cluster of servers on this machine. */
export interface RedisCluster extends RedisNodes {
  readonly url: string
  /** From now on a node that is silent for a second is given up; before, none is, however busy the machine. */
  giveUpSilentNodes(): Promise<void>
}

export interface ClusterShape {
  readonly masters: number
  /** How many of the masters, from the first, have a replica; those follow the masters among the nodes. */
  readonly replicas: number
}

const SLOTS = 16_384
/** How long a node may be silent (ms): at first, and for those who wait for a failover. */
const NODE_TIMEOUT = { patient: 60_000, short: 1_000 }
const SETTINGS = [
  ['--cluster-enabled', 'yes'],
  ['--cluster-node-timeout', String(NODE_TIMEOUT.patient)],
  // A replica takes over however long it heard nothing of its master.
  ['--cluster-replica-validity-factor', '0'],
]

/** Starts a cluster whose masters share the slots evenly, and waits until it works. */
export async function startRedisCluster({ masters, replicas }: ClusterShape): Promise<RedisCluster> {
  const { nodes, stop } = await startRedisNodes(masters + replicas, SETTINGS.flat())
  const admins = nodes.map(({ admin }) => admin)
  const giveUpSilentNodes = async (): Promise<void> => {
    await Promise.all(admins.map(admin => admin.config('SET', 'cluster-node-timeout', NODE_TIMEOUT.short)))
  }
  await orStop(stop, async () => {
    await introduce(nodes)
    for (const [place, admin] of admins.slice(0, masters).entries()) {
      await admin.call('CLUSTER', 'ADDSLOTS', ...slotsOf(place, masters))
    }
    for (const [place, admin] of admins.slice(masters).entries()) {
      await admin.call('CLUSTER', 'REPLICATE', (await admins[place]!.call('CLUSTER', 'MYID')) as string)
    }
    for (const admin of admins.slice(masters)) await until(() => isLinked(admin))
    for (const admin of admins) await until(() => says(admin, 'cluster_state:ok'))
  })
  const hosts = nodes.slice(0, masters).map(({ port }) => `127.0.0.1:${port}`)
  return { url: `redis+cluster://${hosts.join(',')}`, nodes, stop, giveUpSilentNodes }
}

/** Lets every node know every other. */
async function introduce(nodes: readonly RedisNode[]): Promise<void> {
  for (const [place, { admin }] of nodes.entries()) {
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', place + 1)
    for (const { port } of nodes.slice(0, place)) await admin.call('CLUSTER', 'MEET', '127.0.0.1', port)
  }
  for (const { admin } of nodes) await until(() => says(admin, `cluster_known_nodes:${nodes.length}`))
}

async function says(admin: Redis, line: string): Promise<boolean> {
  return (await admin.cluster('INFO')).split('\r\n').includes(line)
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
