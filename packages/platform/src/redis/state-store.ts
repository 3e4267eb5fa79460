import {
  MillraceError,
  NO_WRITE,
  type StageWrite,
  type StatePut,
  type StatePutAnswer,
  type StateStore,
  type StoredCheckpoint,
  type WritePair,
} from '@millrace/core'
import type { RedisConnection } from './connection.ts'
import { checkpointKey, stateKeyPrefix } from './keys.ts'
import { PackedLists, unpackList } from './packed-lists.ts'
import { PUT_IF_ABSENT_SCRIPT, READ_SCRIPT, WRITE_SCRIPT } from './scripts.ts'

type ScriptCall = (keyCount: number, ...keysAndArguments: (string | Buffer)[]) => Promise<unknown>

export interface RedisStateStoreOptions {
  readonly namespace: string
  readonly stage: string
  /** How long a state outlives its last write (wall-clock ms). */
  readonly stateTtl: number
}

/** States and checkpoints of one stage in Redis 6 or later: one script call for each request. */
export class RedisStateStore implements StateStore {
  readonly #redis: RedisConnection
  readonly #namespace: string
  readonly #stage: string
  readonly #stateTtl: string
  readonly #readScript: ScriptCall
  readonly #putIfAbsentScript: ScriptCall
  readonly #writeScript: ScriptCall

  constructor(redis: RedisConnection, { namespace, stage, stateTtl }: RedisStateStoreOptions) {
    this.#redis = redis
    this.#namespace = namespace
    this.#stage = stage
    this.#stateTtl = String(Math.max(1, Math.round(stateTtl)))
    this.#readScript = defineScript(redis, 'millraceRead', READ_SCRIPT)
    this.#putIfAbsentScript = defineScript(redis, 'millracePutIfAbsent', PUT_IF_ABSENT_SCRIPT)
    this.#writeScript = defineScript(redis, 'millraceWrite', WRITE_SCRIPT)
  }

  async load(partition: number): Promise<StoredCheckpoint> {
    const fields = await this.#ask(redis =>
      redis.hmget(this.#checkpointKey(partition), 'sequence', 'id', 'body', 'watermark'),
    )
    const [sequence, id, body, watermark] = fields
    return { pair: pairOf(sequence, id), checkpoint: body ?? undefined, watermark: watermarkOf(watermark) }
  }

  async read(
    partition: number,
    pair: WritePair,
    keys: readonly string[],
  ): Promise<readonly (Buffer | undefined)[] | 'refused'> {
    const lists = new PackedLists()
    for (const key of keys) lists.add(key)
    const packed = await this.#ask(() =>
      this.#readScript(
        1,
        this.#checkpointKey(partition),
        String(pair.sequence),
        pair.id,
        this.#prefix(partition),
        ...lists.finish(),
      ),
    )
    return packed === null ? 'refused' : (packed as Buffer[]).flatMap(unpackList)
  }

  async putIfAbsent(
    partition: number,
    { follows, id, keys, values }: StatePut,
  ): Promise<StatePutAnswer | 'refused'> {
    const owner = [String(follows.sequence), follows.id, id]
    const lists = new PackedLists()
    keys.forEach((key, i) => void lists.addPair(key, values[i]!))
    const fields = [...owner, this.#stateTtl, this.#prefix(partition), ...lists.finish()]
    const held = await this.#ask(() => this.#putIfAbsentScript(1, this.#checkpointKey(partition), ...fields))
    if (held === null) return 'refused'
    return { pair: { sequence: follows.sequence, id }, held: mapOfPairs(held as (number | Buffer)[]) }
  }

  async write(
    partition: number,
    { follows, id, checkpoint, watermark, states }: StageWrite,
  ): Promise<WritePair | 'refused'> {
    const lists = new PackedLists()
    for (const [key, bytes] of states) lists.addPair(key, bytes)
    const owner = [String(follows.sequence), follows.id, id]
    const fields = [
      ...owner,
      this.#stateTtl,
      this.#prefix(partition),
      checkpoint,
      String(watermark),
      ...lists.finish(),
    ]
    const sequence = await this.#ask(() => this.#writeScript(1, this.#checkpointKey(partition), ...fields))
    return sequence === null ? 'refused' : { sequence: Number(String(sequence)), id }
  }

  async pairs(partitions: readonly number[]): Promise<readonly WritePair[]> {
    const rows = await this.#hashes(
      partitions.map(partition => this.#checkpointKey(partition)),
      ['sequence', 'id'],
    )
    return rows.map(([sequence, id]) => pairOf(sequence, id))
  }

  async watermarks(stage: string, partitions: number): Promise<readonly number[]> {
    const keys = Array.from({ length: partitions }, (_, partition) =>
      checkpointKey(this.#namespace, stage, partition),
    )
    const rows = await this.#hashes(keys, ['watermark'])
    return rows.map(([watermark]) => watermarkOf(watermark))
  }

  async #hashes(keys: readonly string[], fields: readonly string[]): Promise<(string | null)[][]> {
    return this.#ask(redis => Promise.all(keys.map(key => redis.hmget(key, ...fields))))
  }

  #checkpointKey(partition: number): string {
    return checkpointKey(this.#namespace, this.#stage, partition)
  }

  /** What the keys of the states of a partition begin with. */
  #prefix(partition: number): string {
    return stateKeyPrefix(this.#namespace, this.#stage, partition)
  }

  async #ask<T>(call: (redis: RedisConnection) => Promise<T>): Promise<T> {
    try {
      return await call(this.#redis)
    } catch (cause) {
      throw new MillraceError('STORE_UNAVAILABLE', 'Redis did not answer: the stage tries again.', { cause })
    }
  }
}

function defineScript(redis: RedisConnection, name: string, lua: string): ScriptCall {
  const methods = redis as unknown as Record<string, ScriptCall | undefined>
  if (methods[name] === undefined) redis.defineCommand(name, { lua })
  return methods[`${name}Buffer`]!.bind(redis)
}

function mapOfPairs(flat: readonly (number | Buffer)[]): ReadonlyMap<number, Buffer> {
  const map = new Map<number, Buffer>()
  for (let i = 0; i < flat.length; i += 2) map.set(Number(flat[i]), flat[i + 1] as Buffer)
  return map
}

function pairOf(sequence: string | null | undefined, id: string | null | undefined): WritePair {
  return { sequence: Number(sequence ?? NO_WRITE.sequence), id: id ?? NO_WRITE.id }
}

function watermarkOf(text: string | null | undefined): number {
  return text == null ? -Infinity : Number(text)
}
