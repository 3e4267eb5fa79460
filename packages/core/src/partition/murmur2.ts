const MULTIPLIER = 0x5bd1e995
const SEED = 0x9747b28c
const SECOND_SEED = 0x2545f491
const encoder = new TextEncoder()
/** Most texts are short: their bytes need no memory of their own. A UTF-16 unit takes three bytes at the most. */
const scratch = new Uint8Array(768)

/** MurmurHash2 of the first `length` bytes, by default with the seed of Kafka's Java client, as an unsigned 32-bit number. */
export function murmur2(bytes: Uint8Array, length = bytes.length, seed = SEED): number {
  let hash = seed ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    let k = Math.imul(word, MULTIPLIER)
    k ^= k >>> 24
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(k, MULTIPLIER)
  }
  for (let i = length - 1; i >= whole; i--) hash ^= bytes[i]! << (8 * (i - whole))
  if (whole < length) hash = Math.imul(hash, MULTIPLIER)
  hash ^= hash >>> 13
  hash = Math.imul(hash, MULTIPLIER)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The 32-bit murmur2 hash of a text's UTF-8 bytes. */
export function hashText(text: string): number {
  if (text.length * 3 > scratch.length) return murmur2(encoder.encode(text))
  return murmur2(scratch, encoder.encodeInto(text, scratch).written)
}

/** A 52-bit hash of a text's UTF-8 bytes: the 32 bits of `hashText`, and 20 of a second murmur2 above them. */
export function hashText52(text: string): number {
  const short = text.length * 3 <= scratch.length
  const bytes = short ? scratch : encoder.encode(text)
  const length = short ? encoder.encodeInto(text, scratch).written : bytes.length
  return (murmur2(bytes, length, SECOND_SEED) >>> 12) * 2 ** 32 + murmur2(bytes, length)
}

/** The partition that Kafka's Java client gives a key: murmur2, without its sign, modulo the count. */
export function partitionOf(key: string | Uint8Array, partitions: number): number {
  const hash = typeof key === 'string' ? hashText(key) : murmur2(key)
  return (hash & 0x7fffffff) % partitions
}
