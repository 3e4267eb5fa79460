import type { RedisCluster } from './redis-cluster.ts'
import type { RedisNode } from './redis-nodes.ts'

/** The move of one slot from a master to another, step by step, as an operator's tool does it. */
export class SlotMove {
  readonly #nodes: readonly RedisNode[]
  readonly #from: RedisNode
  readonly #to: RedisNode
  readonly slot: number

  constructor({ nodes }: RedisCluster, { from, to, slot }: { from: RedisNode; to: RedisNode; slot: number }) {
    this.#nodes = nodes
    this.#from = from
    this.#to = to
    this.slot = slot
  }

  async begin(): Promise<void> {
    await this.#to.admin.call('CLUSTER', 'SETSLOT', this.slot, 'IMPORTING', await idOf(this.#from))
    await this.#from.admin.call('CLUSTER', 'SETSLOT', this.slot, 'MIGRATING', await idOf(this.#to))
  }

  /** Takes at most so many of the slot's keys to the new master. */
  async moveKeys(most: number): Promise<void> {
    const keys = (await this.#from.admin.call('CLUSTER', 'GETKEYSINSLOT', this.slot, most)) as string[]
    if (keys.length === 0) return
    await this.#from.admin.call('MIGRATE', '127.0.0.1', this.#to.port, '', 0, 5_000, 'KEYS', ...keys)
  }

  async end(): Promise<void> {
    const owner = await idOf(this.#to)
    // The new master first: a slot that nobody owns would be refused meanwhile.
    for (const node of [this.#to, this.#from, ...this.#nodes]) {
      await node.admin.call('CLUSTER', 'SETSLOT', this.slot, 'NODE', owner)
    }
  }
}

async function idOf(node: RedisNode): Promise<string> {
  return (await node.admin.call('CLUSTER', 'MYID')) as string
}
