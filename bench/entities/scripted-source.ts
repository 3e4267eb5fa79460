import { transaction } from '@millrace/card-fraud'
import type { EventRecord } from '@millrace/core'
import { OwnedPartition } from '../../packages/platform/src/stage/owned-partition.ts'
import type { PartitionTask } from '../../packages/platform/src/stage/partition-task.ts'
import type { RawMessage, StageInput } from '../../packages/platform/src/stage/stage-input.ts'
import type { StageSource } from '../../packages/platform/src/stage/stage-loop.ts'
import type { ViewInput } from '../../services/feature-builder/src/build-features.ts'
import { NOW, PARTITIONS } from './entity-states.ts'

type Load<S> = (partition: number) => Promise<PartitionTask<ViewInput, S>>

const FETCHED_AT_ONCE = 1_000
/** Time between two events of a partition (ms). */
const STEP_MS = 40

/** A log of transactions that never ends, of which a message is little more than the number of its entity. */
export class ScriptedSource<S> implements StageSource<ViewInput, S> {
  readonly #load: Load<S>
  readonly #entityOf: (partition: number) => number
  readonly #owned = Array.from({ length: PARTITIONS }, (_, i) => new OwnedPartition<ViewInput, S>(i, 1))

  /** @param entityOf the entity of the next record of a partition */
  constructor(load: Load<S>, entityOf: (partition: number) => number) {
    this.#load = load
    this.#entityOf = entityOf
  }

  owned(): readonly OwnedPartition<ViewInput, S>[] {
    return this.#owned
  }

  async loadMissing(): Promise<void> {
    for (const owned of this.#owned) {
      if (owned.task === undefined) owned.activate(await this.#load(owned.partition))
    }
    this.resume()
  }

  resume(): void {
    for (const owned of this.#owned) if (owned.backlog < FETCHED_AT_ONCE) this.#fetch(owned)
  }

  #fetch(owned: OwnedPartition<ViewInput, S>): void {
    const offset = owned.fetched[0]!
    const next = offset + FETCHED_AT_ONCE
    const records: RawMessage[] = []
    for (let at = offset; at < next; at++) {
      const value = Buffer.allocUnsafe(4)
      value.writeUInt32LE(this.#entityOf(owned.partition))
      records.push({ key: null, value, offset: at, timestamp: 0, headers: {} })
    }
    owned.put(0, { offset, records, next, end: next + FETCHED_AT_ONCE })
  }
}

export const scriptedInput: StageInput<ViewInput> = {
  topic: 'scripted',
  decode: messages =>
    messages.map(({ offset, value }) => {
      const occurredAt = NOW + offset * STEP_MS
      const record = recordOf(value!.readUInt32LE(0), offset, occurredAt)
      return { eventTime: occurredAt, parent: record.parent, value: { source: transaction, record } }
    }),
}

function recordOf(entity: number, offset: number, occurredAt: number): EventRecord {
  return {
    parent: { partition: 0, input: 0, via: 0, offset },
    origin: { partition: 0, offset },
    event: {
      transactionId: `${entity}-${offset}`,
      customerId: String(entity),
      terminalId: 't',
      amount: (offset % 10_000) / 100,
      occurredAt,
    },
    lateByMs: 0,
    corrected: [],
    features: [],
    featureTimes: [],
    truncated: false,
    serving: true,
  }
}
