import { type Parent, type Pipeline, type Prediction, topics } from '@millrace/core'
import type { ScannedRecords, ScanRanges } from '@millrace/platform'
import type { Storage, StoredObject } from '@millrace/platform/offline'
import type { ArchiveLog } from '../../src/archive/archive-log.ts'
import { type ArchivedTopic, archivedTopics } from '../../src/archive/archived-topic.ts'

/** A record of a scripted topic: nothing is an offset without a record, null a record without a value. */
export type Scripted = Prediction | null | undefined

/** A topic in memory, whose offsets begin with `low` and which is read in batches of `batch` offsets. */
export class ScriptedLog implements ArchiveLog {
  readonly partitions: Scripted[][]
  low = 0
  readonly #batch: number

  constructor(partitions: readonly (readonly Scripted[])[], batch = 3) {
    this.partitions = partitions.map(records => [...records])
    this.#batch = batch
  }

  async offsets() {
    return new Map(this.partitions.map(({ length }, i) => [i, { low: this.low, high: length }]))
  }

  async *scan(_: string, ranges: ScanRanges): AsyncGenerator<ScannedRecords> {
    for (const [partition, { low, high }] of ranges) {
      for (let at = low; at < high; at += this.#batch) {
        const next = Math.min(high, at + this.#batch)
        const records = this.partitions[partition]!.slice(at, next).flatMap((value, i) =>
          value === undefined ? [] : [recordOf(at + i, value)],
        )
        yield { partition, records, next }
      }
    }
  }
}

/** What is archived of the predictions alone. */
export async function predictionsOf(pipeline: Pipeline): Promise<readonly ArchivedTopic[]> {
  const serde = { prepare: async () => {}, decode: () => undefined as never }
  const all = await archivedTopics(pipeline, {
    vectors: async () => serde,
    eventRecords: async () => serde,
  })
  return all.filter(({ topic }) => topic === topics.predictionsTopic(pipeline))
}

export class Crash extends Error {}

/** Objects in memory. The process ends at the write after `writes` of them. */
export class CrashingStorage implements Storage {
  readonly place = 'memory'
  readonly objects: Map<string, Uint8Array>
  #left: number

  constructor(objects = new Map<string, Uint8Array>(), writes = Number.POSITIVE_INFINITY) {
    this.objects = objects
    this.#left = writes
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const names = [...this.objects.keys()].filter(name => name.startsWith(prefix)).sort()
    return names.map(name => ({ name, size: this.objects.get(name)!.length }))
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    return this.objects.get(name)
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    if (this.#left-- <= 0) throw new Crash()
    this.objects.set(name, bytes)
  }
}

/** The parent of the nth record of a stage partition. */
export function parentOf(offset: number, partition = 0): Parent {
  return { partition, input: 0, via: 0, offset }
}

function recordOf(offset: number, value: Prediction | null) {
  const bytes = value === null ? null : Buffer.from(JSON.stringify(value))
  return { offset, timestamp: 0, key: null, value: bytes, headers: {} }
}
