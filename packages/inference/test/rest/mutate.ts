import type { SeededRandom } from '@millrace/testkit'

const ODD_VALUES = [
  null, true, 0, -1, 1.5, 2 ** 53, 1e308, '', 'FP99', 'INT64', '__proto__', [], {}, [[]], [[[1]]], [null], { b64: 7 },
  [2 ** 31, 2 ** 31], [4_294_967_296], [0], { binary_data_size: 1e9 },
] // biome-ignore format: a table

/** Puts something odd somewhere into an object. */
export function change(value: object, random: SeededRandom): void {
  const keys = Object.keys(value)
  if (keys.length === 0) return
  const key = random.pick(keys)
  const place = value as Record<string, unknown>
  const inner = place[key]
  if (typeof inner === 'object' && inner !== null && random.chance(0.7)) change(inner, random)
  else if (random.chance(0.2)) delete place[key]
  else place[key] = structuredClone(random.pick(ODD_VALUES))
}

/** Changes, drops or repeats some bytes. */
export function mangled(body: Buffer, random: SeededRandom): Buffer {
  if (body.length === 0) return body
  const copy = Buffer.from(body)
  for (let changes = random.integer(1, 4); changes > 0; changes--)
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 255)
  if (random.chance(0.3)) return copy.subarray(0, random.integer(0, copy.length))
  return random.chance(0.2) ? Buffer.concat([copy, copy]) : copy
}
