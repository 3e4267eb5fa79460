import { type EventValues, hashText, idText, type Pipeline, routeOf, type VectorRecord } from '@millrace/core'
import { type Difference, differencesOf, keyOf, timeOf, type VectorRow } from './vector-row.ts'

/** Which vectors are compared, and when two values are the same. */
export interface Selection {
  /** Event times (epoch ms) from which on, and before which. */
  readonly from: number
  readonly to: number
  /** Which share of the events, chosen by their ids: 1 is all. */
  readonly sample: number
  /** How far two values may lie apart. */
  readonly tolerance: number
}

/** A logged vector with the values in which it differs. */
export interface Mismatch {
  readonly event: EventValues
  readonly differences: readonly Difference[]
}

export interface Comparison {
  readonly compared: number
  /** Vectors that differ. */
  readonly differing: number
  /** The first ones of those. */
  readonly mismatches: readonly Mismatch[]
  /** Logged vectors whose event the clean topics do not hold any more. */
  readonly unexplained: number
  /** Recomputed vectors that were not logged, or not yet, or that retention has taken. */
  readonly unlogged: number
  /** Logged vectors each of which is the last one of all its entities, by `vectorKey`. */
  readonly last: readonly VectorRecord[]
}

const HASHES = 2 ** 32

/** Whether an event is among those that are compared. */
export function selects({ from, to, sample }: Selection): (id: string, eventTime: number) => boolean {
  return (id, time) => time >= from && time < to && (sample === 1 || hashText(id) < sample * HASHES)
}

/** Compares logged vectors with the ones that were recomputed from the clean events, and keeps `most` that differ. */
export async function compareLogged(
  pipeline: Pipeline,
  vectors: AsyncIterable<{ readonly record: VectorRecord }>,
  recomputed: ReadonlyMap<string, VectorRow>,
  selection: Selection,
  most: number,
): Promise<Comparison> {
  const isWanted = selects(selection)
  const { scored, model } = pipeline
  const mismatches: Mismatch[] = []
  const last = new LastOfEntities(pipeline)
  const left = new Set([...recomputed.keys()].filter(key => timeOf(key) >= selection.from))
  let [compared, differing, unexplained] = [0, 0, 0]
  for await (const { record } of vectors) {
    last.add(record)
    const { event, vector } = record
    if (!isWanted(idText(event, scored.id), event[scored.eventTime] as number)) continue
    const key = keyOf(pipeline, record)
    const other = recomputed.get(key)
    if (other === undefined) {
      unexplained++
      continue
    }
    left.delete(key)
    compared++
    const differences = differencesOf(model.inputs, vector, other, selection.tolerance)
    if (differences.length > 0 && differing++ < most) mismatches.push({ event, differences })
  }
  const chosen = last.vectors().filter(({ event }) => {
    return isWanted(idText(event, scored.id), event[scored.eventTime] as number)
  })
  return { compared, differing, mismatches, unexplained, unlogged: left.size, last: chosen }
}

/** Of every entity of every view the last vector, by event time. */
class LastOfEntities {
  readonly #pipeline: Pipeline
  readonly #last = new Map<string, VectorRecord>()

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline
  }

  add(record: VectorRecord): void {
    for (const key of this.#keysOf(record)) {
      const known = this.#last.get(key)
      if (known === undefined || this.#timeOf(known) <= this.#timeOf(record)) this.#last.set(key, record)
    }
  }

  /** Those that are the last ones of all their entities, the newest first. */
  vectors(): VectorRecord[] {
    const records = new Set(this.#last.values())
    return [...records]
      .filter(record => this.#keysOf(record).every(key => this.#last.get(key) === record))
      .toSorted((a, b) => this.#timeOf(b) - this.#timeOf(a))
  }

  #keysOf({ event }: VectorRecord): string[] {
    const views = routeOf(this.#pipeline, this.#pipeline.scored)
    return views.map(view => `${view.name}/${idText(event, view.entity)}`)
  }

  #timeOf({ event }: VectorRecord): number {
    return event[this.#pipeline.scored.eventTime] as number
  }
}
