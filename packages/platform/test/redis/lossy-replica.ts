import type { RedisNode } from './redis-nodes.ts'
import { until } from './until.ts'

/** From now on the replica gets nothing of what its master is told: a failover will lose it. */
export async function cutReplication(master: RedisNode, replica: RedisNode): Promise<void> {
  await replica.admin.config('SET', 'masterauth', 'a password that the master has not')
  await master.admin.call('CLIENT', 'KILL', 'TYPE', 'replica')
  await until(async () => (await master.admin.info('replication')).includes('connected_slaves:0'))
}
