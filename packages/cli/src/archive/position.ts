import { MillraceError, type Parent } from '@millrace/core'
import type { Storage } from '@millrace/platform/offline'

/** How far one partition of a topic is archived. */
export interface Position {
  /** The offset from which it goes on: all before it is in files that are whole. */
  readonly next: number
  readonly parents: Parents
}

/** The highest offset of a parent by where it came from (`placeOf`): what is not higher is a repeat. */
type Parents = Readonly<Record<string, number>>

/** Reads how far a partition is archived; undefined where it never was. Throws INPUT_INVALID for a damaged file. */
export async function readPosition(
  storage: Storage,
  topic: string,
  partition: number,
): Promise<Position | undefined> {
  const name = nameOf(topic, partition)
  const bytes = await storage.read(name)
  if (bytes === undefined) return undefined
  const position = parsePosition(bytes)
  if (position !== undefined) return position
  throw new MillraceError(
    'INPUT_INVALID',
    `${name} in ${storage.place} does not say how far ${topic} is archived: restore it, or archive to another place.`,
  )
}

/** Records how far a partition is archived. */
export function writePosition(
  storage: Storage,
  topic: string,
  partition: number,
  position: Position,
): Promise<void> {
  return storage.write(nameOf(topic, partition), new TextEncoder().encode(JSON.stringify(position)))
}

/** Tells repeats from what comes first, and goes on where an earlier run ended. */
export class HighestParents {
  readonly #highest: Map<string, number>

  constructor(parents: Parents = {}) {
    this.#highest = new Map(Object.entries(parents))
  }

  /** Whether a record is the first of its parent; it is a repeat from then on. */
  takes(version: number, parent: Parent): boolean {
    const place = placeOf(version, parent)
    if (parent.offset <= (this.#highest.get(place) ?? -1)) return false
    this.#highest.set(place, parent.offset)
    return true
  }

  get highest(): Parents {
    return Object.fromEntries(this.#highest)
  }
}

function parsePosition(bytes: Uint8Array): Position | undefined {
  try {
    const { next, parents } = JSON.parse(new TextDecoder().decode(bytes))
    const isWhole =
      Number.isSafeInteger(next) && next >= 0 && Object.values(parents).every(Number.isSafeInteger)
    return isWhole ? { next, parents } : undefined
  } catch {
    return undefined
  }
}

function placeOf(version: number, { partition, input, via }: Parent): string {
  return `${version}/${partition}/${input}/${via}`
}

/** Engines that read a folder as a table pass over names with an underscore. */
function nameOf(topic: string, partition: number): string {
  return `_positions/${topic}-${String(partition).padStart(5, '0')}.json`
}
