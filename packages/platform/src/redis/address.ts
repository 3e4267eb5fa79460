const CLUSTER = /^redis(s?)\+cluster:\/\/(?:([^@/]*@))?([^@/]*)\/?$/

/**
 * The addresses of one Redis each that a cluster's `redis+cluster://user:password@host:port,host:port` stands for
 * (`rediss+cluster://` with TLS); undefined for an address of another shape.
 */
export function clusterNodesOf(address: string): readonly string[] | undefined {
  const found = CLUSTER.exec(address)
  if (found === null) return undefined
  const [, tls, login = '', hosts] = found
  return hosts!.split(',').map(host => `redis${tls}://${login}${host.trim()}`)
}

/** Whether a text can be an address of Redis or of a cluster. */
export function isRedisAddress(text: string): boolean {
  const nodes = clusterNodesOf(text)
  if (nodes === undefined) return isNode(text)
  return nodes.every(node => isNode(node) && new URL(node).hostname !== '')
}

/** `host:port` of one Redis, or of each node that a cluster's address names, without credentials. */
export function redisHosts(address: string): readonly string[] {
  return (clusterNodesOf(address) ?? [address]).map(node => new URL(node).host)
}

function isNode(text: string): boolean {
  return URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)
}
