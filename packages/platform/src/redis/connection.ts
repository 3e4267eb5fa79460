import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { clusterNodesOf } from './address.ts'
import { forgetTimers } from './forget-timers.ts'
import { JoiningRedis } from './joining-redis.ts'

/** A client of one Redis or of a cluster, for whoever needs no more than both can. */
export type RedisClient = Redis | Cluster

/** What states and checkpoints ask of a client. */
export type RedisConnection = Pick<Redis, 'hmget' | 'defineCommand'>

/** How long and how often a client tries. */
export interface Patience {
  /** How long a command may take (ms). */
  readonly commandTimeout: number
  /** How long a busy connection may be silent (ms). */
  readonly socketTimeout: number
  /** How long connecting may take (ms). */
  readonly connectTimeout: number
  /** How often a command is sent again after its connection broke. */
  readonly maxRetriesPerRequest: number
  /** Whether a command may wait for the connection; never in a cluster, whose queue knows no time limit. */
  readonly enableOfflineQueue: boolean
  /** How often a command follows the slots of a cluster to another node, and waits for one that is not there. */
  readonly maxRedirections: number
  /** How long it waits then (ms). */
  readonly redirectionPause: number
  readonly lazyConnect: boolean
}

type Timeouts = Pick<Patience, 'commandTimeout' | 'socketTimeout' | 'connectTimeout'>

/** How old a cluster client's knowledge of the slots may get (ms): a node that only falls silent refuses nothing. */
const SLOTS_REFRESH_MS = 5_000

/** A client for `redis://…` or `redis+cluster://…`, with TLS for `rediss…`. Every command reports its own failure. */
export function openRedis(url: string, patience: Patience): RedisClient {
  forgetTimers()
  const nodes = clusterNodesOf(url)
  const client = nodes === undefined ? openOne(url, patience) : openCluster(nodes, patience)
  client.on('error', () => {})
  return client
}

/** The clients of the nodes behind a client: first those that are written to. */
export function nodesOf(client: RedisClient): { masters: readonly Redis[]; replicas: readonly Redis[] } {
  if (client instanceof Redis) return { masters: [client], replicas: [] }
  return { masters: client.nodes('master'), replicas: client.nodes('slave') }
}

function openOne(url: string, patience: Patience): Redis {
  const { maxRetriesPerRequest, enableOfflineQueue, lazyConnect } = patience
  return new JoiningRedis(url, {
    ...timeoutsOf(patience),
    maxRetriesPerRequest,
    enableOfflineQueue,
    lazyConnect,
    retryStrategy,
    // A master that became a replica stays connected: the name may lead to its successor.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
  })
}

/**
 * Without pipelines: those of ioredis choose the node of a script by its key count, and fail for good when two slots
 * have moved. The commands of one turn have a write each, and leave without waiting for each other all the same.
 */
function openCluster(nodes: readonly string[], patience: Patience): Cluster {
  const { maxRedirections, redirectionPause, lazyConnect } = patience
  return new Cluster([...nodes], {
    redisOptions: { ...nodeOptions(nodes[0]!), ...timeoutsOf(patience) },
    enableOfflineQueue: false,
    lazyConnect,
    maxRedirections,
    retryDelayOnFailover: redirectionPause,
    retryDelayOnClusterDown: redirectionPause,
    retryDelayOnTryAgain: redirectionPause,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    // A name stays a name, which certificates and changing addresses need.
    dnsLookup: (host, done) => done(null, host),
  })
}

function timeoutsOf({ commandTimeout, socketTimeout, connectTimeout }: Patience): Timeouts {
  return { commandTimeout, socketTimeout, connectTimeout }
}

/** What the nodes that a cluster names by itself share with those of its address. */
function nodeOptions(node: string): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  const { protocol, username, password } = new URL(node)
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  }
}

function retryStrategy(attempt: number): number {
  return Math.min(50 * attempt, 1_000)
}
