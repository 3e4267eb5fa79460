import type { Parent, Stage, StageOrder, StageOutput, StateStore } from '@millrace/core'
import { startOf } from '../../../src/stage/log-start.ts'
import type { OwnedPartition } from '../../../src/stage/owned-partition.ts'
import { PartitionTask, type PartitionTaskOptions } from '../../../src/stage/partition-task.ts'
import { arrivalLimits, RawLimits, StageLimits, type TurnLimits } from '../../../src/stage/turn-limits.ts'
import type { WatermarkSource } from '../../../src/stage/watermark-source.ts'
import type { LoggedRecord, Passage } from './passage.ts'
import { type Counts, type StagePlan, stageOf } from './topology.ts'

type Ends = readonly ReadonlyMap<number, number>[]

/** What the limits of a stage are made of. */
export interface LimitParts {
  readonly store: StateStore
  readonly order: StageOrder
  readonly upstream: readonly WatermarkSource[]
  readonly raw: readonly WatermarkSource[]
  readonly readEnds: () => Promise<Ends>
}

/** How the parts of a process are put together: what a schedule changes in order to break a rule. */
export interface Wiring {
  readonly stageOf: (plan: StagePlan, nameParent: Wiring['nameParent']) => Stage<Passage, Counts>
  /** The store of one process, before its connection. */
  readonly storeOf: (store: StateStore) => StateStore
  /** A record as it is read at `offset`. */
  readonly decode: (record: LoggedRecord, offset: number) => LoggedRecord
  /** The parent that an output carries. */
  readonly nameParent: (parent: Parent) => Parent
  /** The outputs of a round in the order of their publishing. */
  readonly sort: (outputs: readonly StageOutput[]) => readonly StageOutput[]
  readonly limitsOf: (parts: LimitParts) => TurnLimits
  /** Where a log lets a task begin. */
  readonly startOf: typeof startOf
  readonly loadTask: (
    options: PartitionTaskOptions<Passage, Counts>,
  ) => Promise<PartitionTask<Passage, Counts>>
  /** Stops the reading of a partition whose topic is another one by now. */
  readonly retire: (owned: OwnedPartition<Passage, Counts>) => void
}

/** So long that several rounds can lie between two writes, and so short that writes are often. */
const WRITE_WITHIN = 50
/** How far a raw partition may run ahead of the others in event time. */
const SKEW = 10

/** As the stage runner does it. */
export const SOUND: Wiring = {
  stageOf,
  storeOf: store => store,
  decode: record => record,
  nameParent: parent => parent,
  sort: outputs => outputs,
  startOf,
  loadTask: options => PartitionTask.load(options),
  retire: owned => owned.retire(),
  limitsOf({ store, order, upstream, raw, readEnds }) {
    if (order === 'arrival') return arrivalLimits({ writeWithin: WRITE_WITHIN })
    return upstream.length === 0
      ? new RawLimits(store, raw, SKEW)
      : new StageLimits(store, upstream, readEnds)
  },
}
