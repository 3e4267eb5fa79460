import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregator } from './aggregator.ts'
import { HyperLogLog } from './hyper-log-log.ts'

/** So many distinct values are counted exactly. */
const EXACT_UP_TO = 512

/** The hashes of the values, or, when they are too many, a sketch of them. */
interface Distinct {
  readonly hashes: Set<number>
  sketch: HyperLogLog | undefined
}

/** How many different values there are, told by their 52-bit hashes; exact up to 512, then with 2.3 % standard error. */
export const distinctCount: Aggregator<Distinct> = {
  key: 'distinct',
  init: () => ({ hashes: new Set(), sketch: undefined }),
  add: (partial, _, hash) => put(partial, hash as number),
  merge(into, { hashes, sketch }) {
    if (sketch !== undefined) sketchOf(into).merge(sketch)
    for (const hash of hashes) put(into, hash)
  },
  result({ hashes, sketch }) {
    if (sketch !== undefined) return sketch.estimate()
    return hashes.size === 0 ? undefined : hashes.size
  },
  maxBytes: () => 1 + VARINT_BYTES + Math.max(HyperLogLog.BYTES, EXACT_UP_TO * VARINT_BYTES),
  encode({ hashes, sketch }, writer) {
    writer.byte(sketch === undefined ? 0 : 1)
    if (sketch !== undefined) writer.bytes(sketch.registers)
    else {
      writer.varint(hashes.size)
      for (const hash of hashes) writer.varint(hash)
    }
  },
  decode(reader) {
    if (reader.byte() === 1) return { hashes: new Set(), sketch: new HyperLogLog(reader.bytes()) }
    const hashes = new Set<number>()
    for (let left = reader.varint(); left > 0; left--) hashes.add(reader.varint())
    return { hashes, sketch: undefined }
  },
}

function put(partial: Distinct, hash: number): void {
  if (partial.sketch !== undefined) partial.sketch.add(hash)
  else if (partial.hashes.add(hash).size > EXACT_UP_TO) sketchOf(partial)
}

/** From now on the values are in the sketch. */
function sketchOf(partial: Distinct): HyperLogLog {
  partial.sketch ??= new HyperLogLog()
  for (const hash of partial.hashes) partial.sketch.add(hash)
  partial.hashes.clear()
  return partial.sketch
}
