import type { EventRecord, EventType, EventValues, FeatureView, Parent, VectorRecord } from '@millrace/core'
import type { ScanRanges } from '@millrace/platform'
import type { Erasure } from '../../src/history/erasures.ts'
import type { EventLog, Logged } from '../../src/history/event-log.ts'

/** An event in a clean topic: its partition there, and the one of the raw topic that it came from. */
export interface Placed {
  readonly event: EventValues
  readonly partition?: number
  readonly raw?: number
}

/** Clean topics and vectors as lists; of each clean topic retention has taken `lost` records of partition 0. */
export class MemoryLog implements EventLog {
  readonly #clean: ReadonlyMap<EventType, readonly Placed[]>
  readonly #vectors: readonly VectorRecord[]
  /** Records that each clean topic has lost. */
  lost = 0
  partitions = 1
  /** By the name of a view. */
  readonly erased = new Map<string, readonly Erasure[]>()
  /** The partitions that were read, topic by topic. */
  readonly asked: number[][] = []

  constructor(clean: ReadonlyMap<EventType, readonly Placed[]>, vectors: readonly VectorRecord[] = []) {
    this.#clean = clean
    this.#vectors = vectors
  }

  async cleanRanges(type: EventType): Promise<ScanRanges> {
    const high = this.lost + this.#clean.get(type)!.length
    const numbers = Array.from({ length: this.partitions }, (_, partition) => partition)
    return new Map(numbers.map(partition => [partition, { low: partition === 0 ? this.lost : 0, high }]))
  }

  async vectorRanges(): Promise<ScanRanges> {
    return new Map([[0, { low: 0, high: this.#vectors.length }]])
  }

  async *cleanEvents(type: EventType, ranges: ScanRanges): AsyncGenerator<Logged<EventRecord>> {
    this.asked.push([...ranges.keys()])
    let offset = this.lost
    for (const { event, partition = 0, raw = 0 } of this.#clean.get(type)!)
      yield { partition, offset, record: recordOf(event, raw, offset++), value: bytesOf(event) }
  }

  async erasures({ name }: FeatureView, entities?: ReadonlySet<string>): Promise<readonly Erasure[]> {
    const erased = this.erased.get(name) ?? []
    return erased.filter(({ entity }) => entities?.has(entity) ?? true)
  }

  async *vectors(): AsyncGenerator<Logged<VectorRecord>> {
    for (const [offset, record] of this.#vectors.entries())
      yield { partition: 0, offset, record, value: Buffer.alloc(0) }
  }
}

/** A logged vector of an event. */
export function vectorOf(event: EventValues, vector: readonly number[]): VectorRecord {
  return {
    ...{ parent: parentAt(0), origin: { partition: 0, offset: 0 } },
    ...{ event, lateByMs: 0, vector, featureTimes: [], truncated: false, serving: true },
  }
}

function recordOf(event: EventValues, raw: number, offset: number): EventRecord {
  return {
    ...{ parent: parentAt(offset), origin: { partition: raw, offset } },
    ...{ event, lateByMs: 0, corrected: [], features: [], featureTimes: [], truncated: false, serving: true },
  }
}

function parentAt(offset: number): Parent {
  return { partition: 0, input: 0, via: 0, offset }
}

function bytesOf(event: EventValues): Buffer {
  return Buffer.from(JSON.stringify(event))
}
