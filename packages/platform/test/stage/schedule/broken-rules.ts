import {
  BY_COMMAND,
  offsetOf,
  type StageOrder,
  type StageWrite,
  type StateStore,
  type WritePair,
} from '@millrace/core'
import { overrideStore } from '@millrace/testkit'
import { arrivalLimits } from '../../../src/stage/turn-limits.ts'
import { stageWithClaims } from './claiming-stage.ts'
import type { LoggedRecord } from './passage.ts'
import type { ScheduleKind } from './play-schedules.ts'
import { SOUND, type Wiring } from './wiring.ts'

/** A rule of the design taken away: in which order that shows, and how it is done. */
export interface BrokenRule {
  readonly without: string
  readonly order: StageOrder
  /** The schedules in which it shows, where those without anything special do not show it. */
  readonly kind?: ScheduleKind
  readonly wiring: Partial<Wiring>
}

export const BROKEN_RULES: readonly BrokenRule[] = [
  {
    without: 'the removal of repeats',
    order: 'arrival',
    wiring: {
      decode: (record, offset) =>
        record.parent ? { ...record, parent: { ...record.parent, offset } } : record,
    },
  },
  {
    without: 'the refusal of a write that follows another than the stored one',
    order: 'arrival',
    wiring: {
      storeOf: store => overrideStore(store, { write: (...write) => writeAfterAny(store, ...write) }),
    },
  },
  {
    without: 'the refusal of reads by a former owner',
    order: 'arrival',
    wiring: {
      storeOf: store =>
        overrideStore(store, {
          read: async (partition, _, keys) => store.read(partition, (await store.load(partition)).pair, keys),
        }),
    },
  },
  {
    without: 'holding back the claim of a record that will be refused',
    order: 'arrival',
    kind: 'claims',
    wiring: { stageOf: stageWithClaims(() => true) },
  },
  {
    without: 'the trace that a put leaves in the pair',
    order: 'arrival',
    kind: 'claims',
    wiring: { storeOf: countingOnlyWrites },
  },
  {
    without: 'the epoch in the parent',
    order: 'arrival',
    kind: 'recreation',
    wiring: { nameParent: parent => ({ ...parent, offset: offsetOf(parent.offset) }) },
  },
  {
    without: 'the beginning of a topic that was made anew',
    order: 'arrival',
    kind: 'recreation',
    wiring: {
      startOf: ({ position, log }, now) => ({
        position,
        topicId: now.topicId,
        isAnew: log.topicId === undefined,
      }),
    },
  },
  {
    without: 'the storing of which log is read, before anything of it is published',
    order: 'arrival',
    kind: 'recreation',
    wiring: {
      loadTask: async options =>
        Object.defineProperty(await SOUND.loadTask(options), 'isUnidentified', { value: false }),
    },
  },
  {
    without: 'the write of what was handled of a topic that is gone',
    order: 'arrival',
    kind: 'recreation',
    wiring: { retire: owned => owned.drop() },
  },
  {
    without: "an idle owner's look at its pair",
    order: 'arrival',
    wiring: { storeOf: rememberingPairs },
  },
  {
    without: 'the upstream partition (via) in the parent',
    order: 'strict',
    wiring: { nameParent: parent => ({ ...parent, via: 0 }) },
  },
  {
    without: 'a partition that requests by command have for themselves',
    order: 'arrival',
    kind: 'erasure',
    wiring: {
      decode: record =>
        record.parent?.partition === BY_COMMAND.partition
          ? { ...record, parent: { partition: 0, input: 0, via: 0 } }
          : record,
    },
  },
  {
    without: 'keeping the order of an upstream partition',
    order: 'strict',
    wiring: { sort: outputs => outputs.toSorted((a, b) => eventTimeOf(a.value) - eventTimeOf(b.value)) },
  },
  {
    without: 'the turn that a late record had in the stage before',
    order: 'strict',
    kind: 'late',
    wiring: { decode: record => ({ ...record, lateByMs: 0 }) },
  },
  {
    without: 'reading the ends of the inputs after the watermarks',
    order: 'strict',
    wiring: {
      limitsOf({ store, readEnds, ...parts }) {
        let ends = readEnds()
        const watermarks: StateStore['watermarks'] = async (...of) => {
          ends = readEnds()
          await ends
          return store.watermarks(...of)
        }
        return SOUND.limitsOf({ ...parts, store: overrideStore(store, { watermarks }), readEnds: () => ends })
      },
    },
  },
  {
    without: 'waiting for the watermarks',
    order: 'strict',
    wiring: { limitsOf: () => arrivalLimits() },
  },
]

function eventTimeOf(value: unknown): number {
  return (value as LoggedRecord).eventTime
}

async function writeAfterAny(
  store: StateStore,
  partition: number,
  write: StageWrite,
): Promise<WritePair | 'refused'> {
  const { pair } = await store.load(partition)
  return store.write(partition, { ...write, follows: pair })
}

/** Takes whoever knows of all writes for the owner, whatever became of his puts. */
function countingOnlyWrites(store: StateStore): StateStore {
  const latest = async (partition: number, follows: WritePair): Promise<WritePair> => {
    const { pair } = await store.load(partition)
    return pair.sequence === follows.sequence ? pair : follows
  }
  return overrideStore(store, {
    async putIfAbsent(partition, put) {
      return store.putIfAbsent(partition, { ...put, follows: await latest(partition, put.follows) })
    },
    async write(partition, write) {
      return store.write(partition, { ...write, follows: await latest(partition, write.follows) })
    },
  })
}

/** Answers the pairs that this process saw last, not those that are stored. */
function rememberingPairs(store: StateStore): StateStore {
  const seen = new Map<number, WritePair>()
  const remember = (partition: number, pair: WritePair): WritePair => {
    seen.set(partition, pair)
    return pair
  }
  return overrideStore(store, {
    async load(partition) {
      const stored = await store.load(partition)
      remember(partition, stored.pair)
      return stored
    },
    async write(partition, write) {
      const pair = await store.write(partition, write)
      return pair === 'refused' ? pair : remember(partition, pair)
    },
    pairs: async partitions => partitions.map(partition => seen.get(partition)!),
  })
}
